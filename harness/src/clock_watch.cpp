// SPDX-License-Identifier: Apache-2.0
#include "clock_watch.hpp"

#include "clock.hpp"

#include <algorithm>

namespace tickring {
namespace {

constexpr int kTries = 8;
constexpr std::int64_t kTolerance_ns = 100; // clocks advance in steps of their own
constexpr std::size_t kMaxSteps = 1000;

std::int64_t middle(const OffsetSample &sample) {
    return sample.low_ns + (sample.high_ns - sample.low_ns) / 2;
}

double seconds_between(std::uint64_t start_ns, std::uint64_t at_ns) {
    return static_cast<double>(static_cast<std::int64_t>(at_ns - start_ns)) / 1e9;
}

} // namespace

OffsetSample sample_clock_offset() {
    OffsetSample best;
    for (int i = 0; i < kTries; ++i) {
        const auto before = clock_ns(CLOCK_MONOTONIC);
        const auto realtime = clock_ns(CLOCK_REALTIME);
        const auto after = clock_ns(CLOCK_MONOTONIC);
        const OffsetSample sample{after, static_cast<std::int64_t>(realtime - after),
                                  static_cast<std::int64_t>(realtime - before)};
        if (i == 0 || sample.high_ns - sample.low_ns < best.high_ns - best.low_ns) {
            best = sample;
        }
    }
    return best;
}

void ClockWatch::add(const OffsetSample &sample) {
    widest_ns_ = std::max(widest_ns_, sample.high_ns - sample.low_ns);
    if (samples_ == 0) {
        first_ = sample;
    } else {
        longest_interval_ns_ =
            std::max(longest_interval_ns_, sample.monotonic_ns - last_.monotonic_ns);
        const bool is_step = sample.low_ns > last_.high_ns + kTolerance_ns ||
                             sample.high_ns < last_.low_ns - kTolerance_ns;
        if (is_step && steps_.size() < kMaxSteps) {
            steps_.push_back(
                {last_.monotonic_ns, sample.monotonic_ns, middle(sample) - middle(last_)});
        }
    }
    last_ = sample;
    ++samples_;
}

Json ClockWatch::section(std::uint64_t start_ns) const {
    Json section;
    section["definition"] =
        "CLOCK_REALTIME - CLOCK_MONOTONIC, sampled by the harness at the start, "
        "about ten times a second and at the end; a step lies between from_s "
        "and at_s, which count from the start of the schedule";
    section["samples"] = samples_;
    section["first_ns"] = middle(first_);
    section["last_ns"] = middle(last_);
    section["uncertainty_ns"] = widest_ns_;
    put(section, "longest_interval_s", static_cast<double>(longest_interval_ns_) / 1e9);
    section["steps"] = Json::array();
    for (const auto &step : steps_) {
        section["steps"].push_back({{"from_s", seconds_between(start_ns, step.from_ns)},
                                    {"at_s", seconds_between(start_ns, step.at_ns)},
                                    {"step_ns", step.step_ns}});
    }
    return section;
}

} // namespace tickring
