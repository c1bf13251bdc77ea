// SPDX-License-Identifier: Apache-2.0
// liveness.hpp: asking the kernel whether the peer's process is still there.
#pragma once

#include <cstdint>

namespace tickring {

// The handshake's socket stays open and a pidfd is held beside it: the socket alone says nothing
// while a child of the peer's still has its descriptor. Where no pidfd can be had (another pid
// namespace), the socket is all there is.
class Liveness {
  public:
    Liveness() = default;
    // Takes over the socket.
    explicit Liveness(int socket) noexcept;

    // True once the kernel says so; stays true.
    [[nodiscard]] bool is_peer_gone() noexcept;

    [[nodiscard]] std::uint64_t looks_count() const noexcept { return looks_count_; }

    void close() noexcept;

  private:
    int socket_ = -1;
    int process_ = -1;
    bool is_gone_ = false;
    std::uint64_t looks_count_ = 0;
};

} // namespace tickring
