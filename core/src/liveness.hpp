// SPDX-License-Identifier: Apache-2.0
// liveness.hpp: asking the kernel whether the peer's process is still there.
#pragma once

#include <tickring/geometry.hpp>

#include <cstdint>

namespace tickring {

// The handshake's socket stays open and a pidfd is held beside it: the socket alone says nothing
// while a child of the peer's still has its descriptor. Where no pidfd can be had (another pid
// namespace), the socket is all there is.
class Liveness {
  public:
    Liveness() = default;
    // Takes over the socket, and what open_peer_process() has opened.
    explicit Liveness(int socket, int process = -1) noexcept : socket_(socket), process_(process) {}

    // True once the kernel says so; stays true.
    [[nodiscard]] bool is_peer_gone() noexcept;

    [[nodiscard]] std::uint64_t looks_count() const noexcept { return looks_count_; }

    void close() noexcept;

    // A pidfd of the process at the other end, or -1 where the kernel gives none. kOk, or
    // kNoResources: it would, but for a limit.
    static Code open_peer_process(int socket, int &process) noexcept;

  private:
    int socket_ = -1;
    int process_ = -1;
    bool is_gone_ = false;
    std::uint64_t looks_count_ = 0;
};

} // namespace tickring
