// SPDX-License-Identifier: Apache-2.0
// prompt_news.hpp: how late a side learns of the death of its peer. The promise is made to a
// process that gets to run.
#pragma once

#include <tickring/futex.hpp>

#include <cstdint>
#include <fstream>

namespace tickring {

// How long this thread could have run and had no CPU. 0 where the system does not tell.
inline std::int64_t waited_for_cpu_ns() {
    std::int64_t ran_ns = 0;
    std::int64_t waited_ns = 0;
    std::ifstream("/proc/thread-self/schedstat") >> ran_ns >> waited_ns;
    return waited_ns;
}

// To be made before the wait that ends with the news.
class PromptNews {
  public:
    void are_told() {
        told_at_ns_ = monotonic_ns();
        without_cpu_ns_ += waited_for_cpu_ns();
    }
    // Since the peer was dead, by the time that this thread could run.
    [[nodiscard]] std::int64_t delay_ns(std::int64_t died_at_ns) const {
        return told_at_ns_ - died_at_ns - without_cpu_ns_;
    }

  private:
    std::int64_t told_at_ns_ = 0;
    std::int64_t without_cpu_ns_ = -waited_for_cpu_ns();
};

} // namespace tickring
