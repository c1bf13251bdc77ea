// SPDX-License-Identifier: Apache-2.0
// handshake.hpp: how two ends agree on a session and exchange their memory objects.
//
//     connector                          listener
//     hello: what I am, what I would map
//                                        offer: what the ring will be, and my object
//     accept: my object
//                                        ready
//
// At each step a side may answer reject with a reason instead, and both close.
#pragma once

#include "shared_object.hpp"

namespace tickring {

struct SessionTerms {
    std::uint32_t role = TICKRING_ROLE_CONSUMER; // of this side
    bool sleeps = true;                          // this side
    std::uint64_t capacity_bytes = 0;            // listener: of the ring; connector: the largest
};

// What a handshake brings: both objects mapped, ours for writing.
struct Session {
    Mapping own;
    Mapping peer;
    std::uint32_t role = 0; // of this side
    bool peer_sleeps = true;
    std::uint64_t capacity_bytes = 0;
};

// Both return kOk or the error; then nothing is left open or mapped. The socket stays the caller's.
// kPeerClosed: the peer left before the end, which says nothing about whether it would have agreed.
Code listener_handshake(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                        Session &session) noexcept;
Code connector_handshake(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                         Session &session) noexcept;

// kOk, or kPermission when the peer's process is of another user.
Code check_peer_user(int socket) noexcept;

// The same for a listener, which tells a process of another user why it goes on without it.
Code refuse_other_users(int socket) noexcept;

bool is_valid_capacity(std::uint64_t capacity_bytes) noexcept;

} // namespace tickring
