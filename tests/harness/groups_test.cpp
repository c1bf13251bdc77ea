// SPDX-License-Identifier: Apache-2.0
// The figures of groups of operations, on groups made by hand.
#include "groups.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

std::optional<GroupMeans> of_groups(std::vector<std::uint64_t> elapsed_ns) {
    return summarize_groups(elapsed_ns, 64);
}

TEST(Groups, WithoutAGroupThereIsNothingToSay) { EXPECT_FALSE(of_groups({}).has_value()); }

TEST(Groups, MeansAreTheElapsedTimesOverTheOperationsOfAGroup) {
    const auto one = of_groups({16'032});
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->mean_ns, 250.5);
    EXPECT_EQ(one->trimmed_mean_ns, 250.5);
    EXPECT_EQ(one->faster_half_mean_ns, 250.5);
    EXPECT_EQ(one->min_ns, 250.5);
    EXPECT_EQ(one->p50_ns, 250.5);
    EXPECT_EQ(one->p99_ns, 250.5);
}

TEST(Groups, TheTrimmedMeanLeavesOutATenthAtEitherEnd) {
    // Means 1, 2, ... 9 and 1000, in any order: 1 and 1000 are left out.
    const auto all = of_groups({64'000, 128, 64, 192, 576, 256, 512, 320, 448, 384});
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->trimmed_mean_ns, 5.5);
    EXPECT_EQ(all->mean_ns, 104.5);
    EXPECT_EQ(all->min_ns, 1);
}

TEST(Groups, OfFewerThanTenGroupsTheTrimmedMeanLeavesOutNone) {
    const auto nine = of_groups({64, 64, 64, 64, 64, 64, 64, 64, 64 * 10});
    ASSERT_TRUE(nine.has_value());
    EXPECT_EQ(nine->trimmed_mean_ns, nine->mean_ns);
    EXPECT_EQ(nine->mean_ns, 2);
}

TEST(Groups, TheFasterHalfHasTheMiddleOneOfAnOddNumber) {
    // Means 1, 2, 3, 1000 and 4: the faster half is 1, 2 and 3.
    const auto five = of_groups({64, 128, 192, 64'000, 256});
    ASSERT_TRUE(five.has_value());
    EXPECT_EQ(five->faster_half_mean_ns, 2);
    EXPECT_EQ(of_groups({64, 128, 192, 64'000})->faster_half_mean_ns, 1.5);
}

TEST(Groups, PercentilesAreValuesThatOccur) {
    std::vector<std::uint64_t> elapsed_ns;
    for (std::uint64_t i = 200; i > 0; --i) {
        elapsed_ns.push_back(i * 64);
    }
    const auto all = of_groups(elapsed_ns);
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->p50_ns, 100);
    EXPECT_EQ(all->p99_ns, 198);
}

} // namespace
} // namespace tickring
