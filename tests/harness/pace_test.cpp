// SPDX-License-Identifier: Apache-2.0
// Stretches of messages, on samples made by hand.
#include "pace.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

// Messages first to last - 1, so many nanoseconds apart.
std::vector<Sample> sampled(std::uint64_t first, std::uint64_t last, std::uint64_t period_ns) {
    std::vector<Sample> samples;
    for (std::uint64_t number = first; number < last; ++number) {
        samples.push_back({.sequence = number,
                           .stamp_ns = 0,
                           .receipt_ns = 5'000 + number * period_ns,
                           .position = 0,
                           .reserved = 0});
    }
    return samples;
}

TEST(Pace, AStretchGoesFromItsFirstMessageToTheFirstOfTheNext) {
    EXPECT_EQ(stretches_ns(sampled(0, 2 * kPaceMessages + 1, 500)),
              (std::vector<std::uint64_t>{512'000, 512'000}));
}

TEST(Pace, AStretchWithoutTheBeginOfTheNextIsLeftOut) {
    EXPECT_EQ(stretches_ns(sampled(0, 2 * kPaceMessages, 500)).size(), 1u);
    EXPECT_TRUE(stretches_ns(sampled(1, kPaceMessages + 1, 500)).empty());
    EXPECT_TRUE(stretches_ns({}).empty());
}

TEST(Pace, AStretchThatWasNotSampledJoinsNothing) {
    auto samples = sampled(0, kPaceMessages, 500);
    const auto later = sampled(2 * kPaceMessages, 3 * kPaceMessages + 1, 500);
    samples.insert(samples.end(), later.begin(), later.end());
    EXPECT_EQ(stretches_ns(samples), (std::vector<std::uint64_t>{512'000}));
}

TEST(Pace, AClockThatWentBackMakesNoStretch) {
    auto samples = sampled(0, kPaceMessages + 1, 500);
    samples.back().receipt_ns = 0;
    EXPECT_TRUE(stretches_ns(samples).empty());
}

} // namespace
} // namespace tickring
