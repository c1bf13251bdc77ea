// SPDX-License-Identifier: Apache-2.0
// The figures of groups of round trips, on groups made by hand.
#include "round_trips.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

Groups groups_of(std::vector<std::uint64_t> elapsed_ns) {
    return {.round_trips_per_group = 64,
            .count = elapsed_ns.size(),
            .stride = 1,
            .elapsed_ns = std::move(elapsed_ns)};
}

TEST(RoundTrips, WithoutAGroupThereIsNothingToSay) {
    EXPECT_FALSE(summarize_groups({}).has_value());
}

TEST(RoundTrips, AreTheElapsedTimesOverTheRoundTripsOfAGroup) {
    const auto one = summarize_groups(groups_of({16'032}));
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->mean_ns, 250.5);
    EXPECT_EQ(one->trimmed_mean_ns, 250.5);
    EXPECT_EQ(one->min_ns, 250.5);
    EXPECT_EQ(one->p50_ns, 250.5);
    EXPECT_EQ(one->p99_ns, 250.5);
}

TEST(RoundTrips, TheTrimmedMeanLeavesOutATenthAtEitherEnd) {
    // Means 1, 2, ... 9 and 1000, in any order: 1 and 1000 are left out.
    const auto all =
        summarize_groups(groups_of({64'000, 128, 64, 192, 576, 256, 512, 320, 448, 384}));
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->trimmed_mean_ns, 5.5);
    EXPECT_EQ(all->mean_ns, 104.5);
    EXPECT_EQ(all->min_ns, 1);
}

TEST(RoundTrips, OfFewerThanTenGroupsTheTrimmedMeanLeavesOutNone) {
    const auto nine = summarize_groups(groups_of({64, 64, 64, 64, 64, 64, 64, 64, 64 * 10}));
    ASSERT_TRUE(nine.has_value());
    EXPECT_EQ(nine->trimmed_mean_ns, nine->mean_ns);
    EXPECT_EQ(nine->mean_ns, 2);
}

TEST(RoundTrips, PercentilesAreValuesThatOccur) {
    std::vector<std::uint64_t> elapsed_ns;
    for (std::uint64_t i = 200; i > 0; --i) {
        elapsed_ns.push_back(i * 64);
    }
    const auto all = summarize_groups(groups_of(elapsed_ns));
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->p50_ns, 100);
    EXPECT_EQ(all->p99_ns, 198);
}

} // namespace
} // namespace tickring
