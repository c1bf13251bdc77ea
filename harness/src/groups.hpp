// SPDX-License-Identifier: Apache-2.0
// What groups of operations say, each group timed by one pair of clock reads. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tickring {

// The groups of round trips of a run as the recorder has kept them; of a long run, one in stride.
struct Groups {
    std::uint64_t round_trips_per_group = 0;
    std::uint64_t count = 0; // all of the run
    std::uint64_t stride = 1;
    std::vector<std::uint64_t> elapsed_ns; // of those kept
};

// Consecutive stretches of the messages of a run, each from the receipt of its first message to
// that of the first of the next.
struct Stretches {
    std::uint64_t messages_per_stretch = 0;
    std::vector<std::uint64_t> elapsed_ns;
};

// Of the groups, so many are left out of the trimmed mean at either end.
constexpr double kTrimFraction = 0.1;

// Of the mean times of the groups; a percentile is one that occurs.
struct GroupMeans {
    double mean_ns = 0;
    double trimmed_mean_ns = 0;
    double faster_half_mean_ns = 0; // what disturbs a group makes it slower
    double min_ns = 0;
    double p50_ns = 0;
    double p99_ns = 0;
};

// Of groups of so many operations each. Nothing when there is no group.
std::optional<GroupMeans> summarize_groups(const std::vector<std::uint64_t> &elapsed_ns,
                                           std::uint64_t operations_per_group);

} // namespace tickring
