// SPDX-License-Identifier: Apache-2.0
#include "clock_watch.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

constexpr std::int64_t kOffset_ns = 1'700'000'000'000'000'000;

// A sample whose two reads of the monotonic clock were 40 ns apart.
OffsetSample sample(std::uint64_t monotonic_ns, std::int64_t offset_ns) {
    return {monotonic_ns, offset_ns - 20, offset_ns + 20};
}

TEST(ClockWatch, SeesNoStepWhereOnlyTheSamplesVary) {
    ClockWatch watch;
    watch.add(sample(1'000, kOffset_ns));
    watch.add(sample(2'000, kOffset_ns + 60));
    watch.add({3'000, kOffset_ns - 900'000, kOffset_ns + 100}); // the sampler was interrupted
    EXPECT_TRUE(watch.steps().empty());
}

TEST(ClockWatch, SeesAStepInEitherDirectionBetweenItsSamples) {
    ClockWatch watch;
    watch.add(sample(1'000, kOffset_ns));
    watch.add(sample(2'000, kOffset_ns + 5'000'000));
    watch.add(sample(3'000, kOffset_ns + 5'000'000));
    watch.add(sample(4'000, kOffset_ns - 2'000));
    ASSERT_EQ(watch.steps().size(), 2U);
    EXPECT_EQ(watch.steps()[0].from_ns, 1'000U);
    EXPECT_EQ(watch.steps()[0].at_ns, 2'000U);
    EXPECT_EQ(watch.steps()[0].step_ns, 5'000'000);
    EXPECT_EQ(watch.steps()[1].step_ns, -5'002'000);
}

TEST(ClockWatch, CountsTheTimesOfStepsFromTheStartOfTheSchedule) {
    ClockWatch watch;
    watch.add(sample(900'000'000, kOffset_ns));
    watch.add(sample(3'000'000'000, kOffset_ns + 1'000'000));
    const auto section = watch.section(1'000'000'000);
    EXPECT_DOUBLE_EQ(section.at("steps").at(0).at("from_s"), -0.1);
    EXPECT_DOUBLE_EQ(section.at("steps").at(0).at("at_s"), 2.0);
    EXPECT_DOUBLE_EQ(section.at("longest_interval_s"), 2.1);
    EXPECT_EQ(section.at("first_ns"), kOffset_ns);
    EXPECT_EQ(section.at("last_ns"), kOffset_ns + 1'000'000);
    EXPECT_EQ(section.at("uncertainty_ns"), 40);
    EXPECT_EQ(section.at("samples"), 2);
}

TEST(ClockWatch, SamplesTheClocksOfThisMachine) {
    const auto before = sample_clock_offset();
    const auto after = sample_clock_offset();
    EXPECT_LE(before.low_ns, before.high_ns);
    EXPECT_GT(after.monotonic_ns, before.monotonic_ns);
    EXPECT_GT(before.low_ns, 0);
}

} // namespace
} // namespace tickring
