// SPDX-License-Identifier: Apache-2.0
// Watches CLOCK_REALTIME for steps during a run. Adjusting the speed of the clocks, as NTP does,
// changes CLOCK_MONOTONIC alike; so the offset between the two only changes when somebody sets the
// time, and every change beyond what a sample cannot resolve is a step.
#pragma once

#include "json.hpp"

#include <cstdint>
#include <vector>

namespace tickring {

struct OffsetSample {
    std::uint64_t monotonic_ns = 0; // when
    std::int64_t low_ns = 0;        // realtime - monotonic is no less than this
    std::int64_t high_ns = 0;       // and no more than this
};

// The narrowest of several samples taken now.
OffsetSample sample_clock_offset();

struct ClockStep {
    std::uint64_t from_ns = 0; // on CLOCK_MONOTONIC: the last sample before it
    std::uint64_t at_ns = 0;   // the first sample that shows it
    std::int64_t step_ns = 0;
};

// Pure: takes the samples of a run in order.
class ClockWatch {
  public:
    void add(const OffsetSample &sample);

    [[nodiscard]] const std::vector<ClockStep> &steps() const { return steps_; }

    // The section clock_offset of a result; times in it count from start_ns on CLOCK_MONOTONIC.
    [[nodiscard]] Json section(std::uint64_t start_ns) const;

  private:
    std::uint64_t samples_ = 0;
    OffsetSample first_;
    OffsetSample last_;
    std::int64_t widest_ns_ = 0;
    std::uint64_t longest_interval_ns_ = 0;
    std::vector<ClockStep> steps_;
};

} // namespace tickring
