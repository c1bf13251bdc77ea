// SPDX-License-Identifier: Apache-2.0
// SIGINT, SIGTERM and SIGHUP as something to poll, so that a run is stopped between two steps only.
#pragma once

#include "fd.hpp"

#include <optional>

namespace tickring {

class Signals {
  public:
    // Blocks the signals for this process. Throws Error (broken).
    Signals();

    [[nodiscard]] int fd() const { return fd_.get(); }

    // The next signal that has come, if any; never waits.
    std::optional<int> take();

  private:
    Fd fd_;
};

} // namespace tickring
