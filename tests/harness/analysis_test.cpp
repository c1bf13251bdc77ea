// SPDX-License-Identifier: Apache-2.0
// What samples say, on samples made by hand.
#include "analysis.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

// As large as a real clock: doubles of it step by 256.
constexpr std::uint64_t kStart = 1'800'000'000'000'000'000;

// Batches of batch messages, one message each period, seen transport after the last of its batch
// and then read one after the other.
std::vector<Sample> make_samples(std::uint64_t count, std::uint32_t batch, std::uint64_t period,
                                 std::uint64_t transport, std::uint64_t reading) {
    std::vector<Sample> samples;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto position = static_cast<std::uint32_t>(i % batch);
        const auto published = kStart + (i - position + batch - 1) * period;
        samples.push_back(
            {i, kStart + i * period, published + transport + position * reading, position, 0});
    }
    return samples;
}

TEST(Windows, SteadyIsTheMedianOfTheMeans) {
    const std::vector<double> means = {10, 12, 11, 50, 9};
    const auto windows = summarize_windows(means);
    EXPECT_EQ(windows.steady_mean_ns, 11);
    EXPECT_EQ(windows.spike_max_mean_ns, 50);
}

TEST(Windows, ASpikeIsAboveTwiceTheSteadyMean) {
    const std::vector<double> means = {10, 10, 10, 20, 20.5};
    EXPECT_EQ(summarize_windows(means).spike_count, 1U);
}

TEST(Windows, WithoutAnyThereIsNoSteadyMean) {
    EXPECT_FALSE(summarize_windows({}).steady_mean_ns.has_value());
}

TEST(CompleteRuns, LastFromOnePositionZeroToTheNext) {
    const auto samples = make_samples(10, 4, 100, 50, 0);
    const auto runs = complete_runs(samples);
    ASSERT_EQ(runs.size(), 2U); // the last two messages are not known to be all of theirs
    EXPECT_EQ(runs[1].first, 4U);
    EXPECT_EQ(runs[1].length, 4U);
}

TEST(CompleteRuns, LeaveOutOneWithAMissingMessage) {
    auto samples = make_samples(13, 4, 100, 50, 0);
    samples.erase(samples.begin() + 5);
    const auto runs = complete_runs(samples);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].first, 0U);
    EXPECT_EQ(runs[1].first, 7U);
}

TEST(CompleteRuns, LeaveOutOneThatLacksItsEnd) {
    auto samples = make_samples(13, 4, 100, 50, 0);
    samples.erase(samples.begin() + 7);
    EXPECT_EQ(complete_runs(samples).size(), 2U);
}

TEST(CompleteRuns, LeaveOutOneThatBeganBeforeTheSamples) {
    auto samples = make_samples(9, 4, 100, 50, 0);
    samples.erase(samples.begin());
    const auto runs = complete_runs(samples);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].first, 3U);
}

TEST(Residency, ThatDoesNotApplyHasOneReasonForAll) {
    const auto residency = no_residency("because");
    for (const auto *measured : {&residency.effective_batch, &residency.period_ns,
                                 &residency.reading_ns, &residency.slope_ns_per_position,
                                 &residency.intercept_ns, &residency.largest_residual_ns}) {
        EXPECT_FALSE(measured->value.has_value());
        EXPECT_EQ(measured->reason, "because");
    }
}

TEST(Residency, FindsBatchPeriodReadingAndLine) {
    const auto residency = analyse_residency(make_samples(4097, 32, 943, 300, 30));
    EXPECT_EQ(residency.effective_batch.value, 32);
    EXPECT_EQ(residency.period_ns.value, 943);
    EXPECT_EQ(residency.reading_ns.value, 30);
    EXPECT_NEAR(*residency.slope_ns_per_position.value, -913, 1e-6);
    EXPECT_NEAR(*residency.intercept_ns.value, 31 * 943 + 300, 1e-6);
    EXPECT_NEAR(*residency.largest_residual_ns.value, 0, 1e-6);
    ASSERT_EQ(residency.by_position_p50_ns.size(), 32U);
    EXPECT_EQ(residency.by_position_p50_ns[31], 300 + 31 * 30);
}

TEST(Residency, ThePeriodIsOfPublicationsWithoutInterruption) {
    auto samples = make_samples(13, 4, 100, 50, 0);
    // Two of three publications are interrupted for a millisecond.
    for (std::size_t i = 2; i < samples.size(); ++i) {
        samples[i].stamp_ns += 1'000'000;
    }
    for (std::size_t i = 9; i < samples.size(); ++i) {
        samples[i].stamp_ns += 1'000'000;
    }
    EXPECT_EQ(analyse_residency(samples).period_ns.value, 100);
}

TEST(Residency, WithEveryPublicationInterruptedHasNoPeriod) {
    auto samples = make_samples(7, 6, 100, 50, 0);
    for (std::size_t i = 3; i < samples.size(); ++i) {
        samples[i].stamp_ns += 1'000'000;
    }
    const auto residency = analyse_residency(samples);
    EXPECT_FALSE(residency.period_ns.value.has_value());
    EXPECT_EQ(residency.period_ns.reason, "every publication was interrupted");
}

TEST(Residency, OfSingleMessagesHasAPeriodAndNoLine) {
    const auto residency = analyse_residency(make_samples(100, 1, 700, 300, 0));
    EXPECT_EQ(residency.effective_batch.value, 1);
    EXPECT_EQ(residency.period_ns.value, 700);
    EXPECT_FALSE(residency.slope_ns_per_position.value.has_value());
    EXPECT_FALSE(residency.reading_ns.value.has_value());
}

TEST(Residency, WithoutStampsStillKnowsBatchAndReading) {
    auto samples = make_samples(100, 4, 700, 300, 20);
    for (auto &sample : samples) {
        sample.stamp_ns = 0;
    }
    const auto residency = analyse_residency(samples);
    EXPECT_EQ(residency.effective_batch.value, 4);
    EXPECT_EQ(residency.reading_ns.value, 20);
    EXPECT_EQ(residency.period_ns.reason, "the messages carry no stamp");
    EXPECT_TRUE(residency.by_position_p50_ns.empty());
}

TEST(Residency, OfNothingSaysSo) {
    EXPECT_EQ(analyse_residency({}).effective_batch.reason, "no publication was sampled whole");
}

TEST(Residency, CountsANegativeLatencyAsWhatItIs) {
    auto samples = make_samples(9, 4, 100, 50, 0);
    for (auto &sample : samples) {
        sample.receipt_ns = sample.stamp_ns - 10;
    }
    EXPECT_EQ(analyse_residency(samples).by_position_p50_ns[0], -10);
}

TEST(Prediction, IsHalfABatchOfPeriodAndReadingAndTheTransport) {
    const auto residency = analyse_residency(make_samples(4097, 32, 943, 300, 30));
    const auto predicted = predicted_mean_ns(residency, {500, 40});
    EXPECT_DOUBLE_EQ(*predicted.value, 15.5 * (943 + 40) + 500);
}

TEST(Prediction, NeedsBothOtherRuns) {
    const auto residency = analyse_residency(make_samples(4097, 32, 943, 300, 30));
    EXPECT_FALSE(predicted_mean_ns(residency, {500, {}}).value.has_value());
    EXPECT_FALSE(predicted_mean_ns(residency, {{}, 40}).value.has_value());
}

TEST(Prediction, IsNotMadeForSingleMessages) {
    const auto residency = analyse_residency(make_samples(100, 1, 700, 300, 0));
    EXPECT_FALSE(predicted_mean_ns(residency, {500, 40}).value.has_value());
}

} // namespace
} // namespace tickring
