// SPDX-License-Identifier: Apache-2.0
// channel.hpp: frames of the handshake over a SEQPACKET socket, each with at most one descriptor.
#pragma once

#include <tickring/geometry.hpp>

namespace tickring {

enum class FrameKind : std::uint32_t { kHello = 1, kOffer, kAccept, kReady, kReject };

// Both sides say all they assume in each frame. Zero bytes behind the reason.
struct Frame {
    std::uint64_t magic;
    std::uint32_t kind;
    std::uint32_t version;
    std::uint32_t byte_order;
    std::uint32_t page_bytes;
    std::uint32_t unit_bytes;
    std::uint32_t record_header_bytes;
    std::uint32_t role;
    std::uint32_t sleeps;         // 1: this side may sleep on a futex; 0: it only spins
    std::uint64_t capacity_bytes; // hello: the largest that will be mapped; else of the ring
    std::uint32_t reject_code;
    std::uint32_t reserved;
    char reason[128];
};
static_assert(sizeof(Frame) == 184);

inline constexpr std::uint64_t kFrameMagic = 0x3153484b434954; // "TICKHS1"
inline constexpr std::uint32_t kByteOrder = 0x01020304;

// A frame of this side, with everything set that does not depend on the session.
Frame make_frame(FrameKind kind) noexcept;

// kOk, or kProtocol with the field, theirs and ours in the text.
Code check_frame(const Frame &frame, FrameKind expected) noexcept;

// Sends a frame, with the descriptor unless it is negative. kOk, kTimeout, kInterrupted,
// kPeerClosed (the peer left).
Code send_frame(int socket, const Frame &frame, int descriptor, std::int64_t deadline_ns) noexcept;

// Receives a frame that must bring exactly descriptors_count (0 or 1) descriptors. On any error all
// that came are closed. A rejection by the peer is an error with the peer's reason in the text; a
// peer that left is kPeerClosed.
Code receive_frame(int socket, Frame &frame, FrameKind expected, int descriptors_count,
                   int &descriptor, std::int64_t deadline_ns) noexcept;

// Waits until the socket is ready for the poll events. kOk, kTimeout, kInterrupted.
Code wait_for(int socket, short events, std::int64_t deadline_ns) noexcept;

} // namespace tickring
