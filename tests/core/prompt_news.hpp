// SPDX-License-Identifier: Apache-2.0
// prompt_news.hpp: how late a side learns of the death of its peer.
#pragma once

#include "run_delay.hpp"

#include <tickring/futex.hpp>

#include <cstdint>

#include <unistd.h>

namespace tickring {

// To be made before the wait that ends with the news.
class PromptNews {
  public:
    void are_told() {
        told_at_ns_ = monotonic_ns();
        without_cpu_ns_ += run_delay_ns(getpid(), gettid());
    }
    // Since the peer was dead, by the time that this thread could run.
    [[nodiscard]] std::int64_t delay_ns(std::int64_t died_at_ns) const {
        return told_at_ns_ - died_at_ns - without_cpu_ns_;
    }

  private:
    std::int64_t told_at_ns_ = 0;
    std::int64_t without_cpu_ns_ = -run_delay_ns(getpid(), gettid());
};

} // namespace tickring
