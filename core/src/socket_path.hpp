// SPDX-License-Identifier: Apache-2.0
// socket_path.hpp: the socket file by which the two ends find each other.
#pragma once

#include <tickring/geometry.hpp>

#include <sys/stat.h>
#include <sys/un.h>

namespace tickring {

// A listening socket whose file this process owns. A lock file beside it (path + ".lock") makes
// sure that of two listeners on one path exactly one wins, and that only a dead listener's socket
// is ever replaced.
struct ListeningSocket {
    sockaddr_un address{};
    struct stat file{}; // of the socket file that was made
    int socket = -1;
    int lock = -1;
};

// kOk, kInvalidArgument (the path, or something else than a socket is there), kAddressInUse,
// kNotFound or kPermission (the directory), kNoResources.
Code listen_on(const char *path, ListeningSocket &listening) noexcept;

// Removes the socket file and the lock file if they are still ours, and closes both.
void stop_listening(ListeningSocket &listening) noexcept;

// Waits for the next connection. kOk, kTimeout, kInterrupted, kNoResources.
Code accept_one(const ListeningSocket &listening, std::int64_t deadline_ns, int &socket) noexcept;

// Connects, trying again until the deadline while nobody listens (then kTimeout); a deadline of 0
// tries once. kOk, kInvalidArgument, kNotFound, kPermission, kTimeout, kInterrupted, kNoResources.
Code connect_to(const char *path, std::int64_t deadline_ns, int &socket) noexcept;

// After a failure that another attempt may mend: a short wait, or kTimeout with the failure in its
// words when the deadline has passed. kOk, kTimeout, kInterrupted.
Code wait_to_retry(std::int64_t deadline_ns) noexcept;

} // namespace tickring
