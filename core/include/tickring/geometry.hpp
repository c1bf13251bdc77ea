// SPDX-License-Identifier: Apache-2.0
// geometry.hpp: sizes and positions, the arithmetic that both sides share. Any thread may call.
#pragma once

#include <tickring/layout.h>
#include <tickring/tickring.h>

#include <cstdint>

namespace tickring {

// The answers of the C interface, as a type that must not be ignored.
enum class [[nodiscard]] Code : int {
    // As enum tickring_code documents them.
    kOk = TICKRING_OK,
    kEmpty = TICKRING_EMPTY,
    kFull = TICKRING_FULL,
    kTimeout = TICKRING_TIMEOUT,
    kInterrupted = TICKRING_INTERRUPTED,
    kPeerClosed = TICKRING_PEER_CLOSED,
    kPeerDead = TICKRING_PEER_DEAD,
    kCorrupt = TICKRING_CORRUPT,
    kTooLarge = TICKRING_TOO_LARGE,
    kInvalidArgument = TICKRING_INVALID_ARGUMENT,
    kBadState = TICKRING_BAD_STATE,
    kAddressInUse = TICKRING_ADDRESS_IN_USE,
    kNotFound = TICKRING_NOT_FOUND,
    kPermission = TICKRING_PERMISSION,
    kProtocol = TICKRING_PROTOCOL,
    kNoResources = TICKRING_NO_RESOURCES,
    kForked = TICKRING_FORKED,
    kUnsupported = TICKRING_UNSUPPORTED,
};

// What was found in shared memory that no working peer writes.
struct Fault {
    // The word, what it held, and the most that it could have held; nullptr: no fault.
    const char *field = nullptr;
    std::uint64_t value = 0;
    std::uint64_t limit = 0;
};

// The constants of layout.h, as wide as a position.
inline constexpr std::uint64_t kUnitBytes = TICKRING_UNIT_BYTES;
inline constexpr std::uint64_t kRecordHeaderBytes = TICKRING_RECORD_HEADER_BYTES;

// What a record takes in the ring. payload_bytes may be anything below 2^64 - 80.
constexpr std::uint64_t record_bytes(std::uint64_t payload_bytes) noexcept {
    return (kRecordHeaderBytes + payload_bytes + kUnitBytes - 1) & ~(kUnitBytes - 1);
}

// The largest payload: one unit stays free for the commit word behind the last run.
constexpr std::uint64_t max_payload_bytes(std::uint64_t capacity_bytes) noexcept {
    return capacity_bytes - kUnitBytes - kRecordHeaderBytes;
}

// A position as a waiting side names it; never 0.
constexpr std::uint32_t wait_mark(std::uint64_t position) noexcept {
    return static_cast<std::uint32_t>(position / kUnitBytes) * 2U + 1U;
}

// Whether a position has come as far as the mark. Both lie within one ring of each other.
constexpr bool reaches(std::uint64_t position, std::uint32_t mark) noexcept {
    return static_cast<std::int32_t>(wait_mark(position) - mark) >= 0;
}

} // namespace tickring
