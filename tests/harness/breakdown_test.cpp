// SPDX-License-Identifier: Apache-2.0
// The parts of the latency, on journeys made by hand.
#include "breakdown.hpp"
#include "instrument_cost.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

constexpr std::uint64_t kEpoch = 1'790'000'000'000'000'000; // doubles step by 256 ns here

// A message that took 100, 2000, 40 and 7 ns times factor.
Journey journey(std::uint64_t sequence, std::uint64_t factor = 1) {
    const std::uint64_t stamp = kEpoch + 10'000 * sequence;
    return {sequence,
            stamp,
            stamp + 100 * factor,
            stamp + 2'100 * factor,
            stamp + 2'140 * factor,
            stamp + 2'147 * factor};
}

Traces traces_of(const std::vector<Journey> &journeys) {
    Traces traces;
    for (const auto &each : journeys) {
        traces.producer.messages.push_back({each.commit_ns, each.publish_ns});
        traces.consumer.messages.push_back({0, each.seen_ns});
    }
    return traces;
}

Sample sample_of(const Journey &each) {
    return {each.sequence, each.stamp_ns, each.receipt_ns, 0, 0};
}

TEST(Breakdown, HasThePartsInTheOrderOfTheWay) {
    const std::vector<Journey> one = {journey(0)};
    const auto breakdown = break_down(one);
    EXPECT_EQ(breakdown.parts[0].mean, 100);
    EXPECT_EQ(breakdown.parts[1].mean, 2'000);
    EXPECT_EQ(breakdown.parts[2].mean, 40);
    EXPECT_EQ(breakdown.parts[3].mean, 7);
    EXPECT_EQ(breakdown.total.mean, 2'147);
}

TEST(Breakdown, PercentilesAreLengthsThatOccur) {
    std::vector<Journey> journeys;
    for (std::uint64_t i = 0; i < 200; ++i) {
        journeys.push_back(journey(i, i + 1));
    }
    const auto part = break_down(journeys).parts[3];
    EXPECT_EQ(part.p50, 7 * 100);
    EXPECT_EQ(part.p99, 7 * 198);
    EXPECT_EQ(part.mean, 7 * 100.5);
}

TEST(Breakdown, APartThatWentBackwardsIsNegative) {
    auto late = journey(0);
    late.seen_ns = late.publish_ns - 30;
    const auto breakdown = break_down(std::vector{late});
    EXPECT_EQ(breakdown.parts[2].mean, -30);
    EXPECT_EQ(sum_error_fraction(breakdown), 0);
}

TEST(Breakdown, ThePartsAddUpToTheTotal) {
    std::vector<Journey> journeys;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        journeys.push_back(journey(i, i * i % 7 + 1));
    }
    EXPECT_NEAR(sum_error_fraction(break_down(journeys)), 0, 1e-9);
}

TEST(Breakdown, WhatIsCountedTwiceShowsInTheSum) {
    auto breakdown = break_down(std::vector{journey(0)});
    breakdown.parts[3].mean += breakdown.parts[2].mean; // as if read were counted from publish on
    EXPECT_NEAR(sum_error_fraction(breakdown), 40.0 / 2'147, 1e-9);
}

TEST(Breakdown, SamplesMeetTheirTracesByNumber) {
    const std::vector<Journey> all = {journey(0), journey(1, 2), journey(2, 3)};
    const std::vector<Sample> samples = {sample_of(all[2]), sample_of(all[0])};
    const auto joined = join(samples, traces_of(all));
    ASSERT_EQ(joined.size(), 2U);
    EXPECT_EQ(joined[0].sequence, 2U);
    EXPECT_EQ(joined[0].publish_ns, all[2].publish_ns);
    EXPECT_EQ(joined[0].seen_ns, all[2].seen_ns);
    EXPECT_EQ(joined[1].commit_ns, all[0].commit_ns);
}

TEST(Breakdown, AMessageThatATraceLacksIsLeftOut) {
    const std::vector<Journey> all = {journey(0), journey(1), journey(2)};
    const std::vector<Sample> samples = {sample_of(all[0]), sample_of(all[1]), sample_of(all[2])};
    auto traces = traces_of(all);
    traces.producer.messages[1].visible_ns = 0;
    traces.consumer.messages.pop_back();
    const auto joined = join(samples, traces);
    ASSERT_EQ(joined.size(), 1U);
    EXPECT_EQ(joined[0].sequence, 0U);
}

TEST(Breakdown, TheInstrumentsCostTheOwnCommitThoseOfHalfABatchAndALookOfTheConsumer) {
    EXPECT_EQ(stated_cost_ns(1, 30, 20), 30 + 20);
    EXPECT_EQ(stated_cost_ns(32, 30, 20), 16.5 * 30 + 20);
}

// Stretches of 1,024 messages; level_ns(stretch) is the latency of each message of one.
template <class Level> std::vector<Sample> stretches(int count, Level level_ns) {
    std::vector<Sample> samples;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count) * 1'024; ++i) {
        const std::uint64_t stamp = kEpoch + 1'000 * i;
        samples.push_back({i, stamp, stamp + level_ns(i / 1'024), 0, 0});
    }
    return samples;
}

TEST(InstrumentCost, IsTheDifferenceOfAStretchToThoseAroundItWhateverDrifts) {
    const auto samples = stretches(21, [](std::uint64_t stretch) {
        return 5'000 + 100 * stretch + (stretch % 2 == 0 ? 300U : 0U);
    });
    const auto cost = instrument_cost(samples);
    ASSERT_TRUE(cost);
    EXPECT_NEAR(cost->added_ns, 300, 1e-6);
    EXPECT_NEAR(cost->plain_ns, 6'000, 1e-6);
    EXPECT_NEAR(cost->period_ns, 0, 1e-6);
}

TEST(InstrumentCost, IsAlsoWhatTheTimeBetweenTwoStampsGrowsBy) {
    auto samples = stretches(21, [](std::uint64_t) { return 500U; });
    std::uint64_t later = 0;
    for (auto &sample : samples) {
        later += sample.sequence / 1'024 % 2 == 0 ? 25 : 0;
        sample.stamp_ns += later;
        sample.receipt_ns += later;
    }
    const auto cost = instrument_cost(samples);
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->period_ns, 25);
    EXPECT_EQ(cost->added_ns, 0);
}

TEST(InstrumentCost, LeavesOutTheFirstMessagesOfAStretchAndWhatIsFarOff) {
    auto samples =
        stretches(21, [](std::uint64_t stretch) { return stretch % 2 == 0 ? 800U : 500U; });
    for (auto &sample : samples) {
        const auto place = sample.sequence % 1'024;
        if (place < 256 || place % 100 == 0) {
            sample.receipt_ns += 1'000'000;
        }
    }
    const auto cost = instrument_cost(samples);
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->added_ns, 300);
    EXPECT_EQ(cost->plain_ns, 500);
}

TEST(InstrumentCost, NeedsThreeStretchesInARowThatWereSampledWhole) {
    auto samples = stretches(3, [](std::uint64_t) { return 500U; });
    EXPECT_TRUE(instrument_cost(samples));
    samples.pop_back();
    EXPECT_FALSE(instrument_cost(samples));
    EXPECT_FALSE(instrument_cost({}));
}

} // namespace
} // namespace tickring
