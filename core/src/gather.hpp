// SPDX-License-Identifier: Apache-2.0
// gather.hpp: when a consumer that takes messages by the batch lets its producer get ahead.
//
// At the word that is about to be written, both sides pull at one line for each run. A consumer
// that looks away for a moment finds many runs, each on a line that nobody writes any more. Whether
// the stream is one for that is tried now and then; docs/decisions/looking-away.md has what it
// brings.
#pragma once

#include <cstdint>

namespace tickring {

// Of one consumer.
class Gather {
  public:
    // How long to look away, for how many runs it is worth doing again, and the waits from one try
    // to the next.
    static constexpr std::int64_t kPause_ns = 2'000;
    static constexpr std::uint64_t kRuns = 8;
    static constexpr std::uint32_t kWaits = 4'096;

    // Whether to look away as a wait begins, after so many runs in all.
    [[nodiscard]] bool is_worth_a_pause(std::uint64_t runs_count) noexcept {
        const bool has_paid = has_paused_ && runs_count - paused_at_ >= kRuns;
        has_paused_ = has_paid || --waits_left_ == 0;
        if (has_paused_) {
            ++pauses_count_;
            paused_at_ = runs_count;
            waits_left_ = kWaits;
        }
        return has_paused_;
    }

    // Times that it was worth a pause, or a try.
    [[nodiscard]] std::uint64_t pauses_count() const noexcept { return pauses_count_; }

  private:
    bool has_paused_ = false;     // as the last wait began
    std::uint64_t paused_at_ = 0; // runs_count of the last pause
    std::uint64_t pauses_count_ = 0;
    std::uint32_t waits_left_ = kWaits; // until the next try
};

} // namespace tickring
