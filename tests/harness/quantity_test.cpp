// SPDX-License-Identifier: Apache-2.0
#include "quantity.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

TEST(Human, TimesHaveAFittingUnit) {
    EXPECT_EQ(human(943, "ns"), "943 ns");
    EXPECT_EQ(human(14'649, "ns"), "14.6 us");
    EXPECT_EQ(human(8.2e6, "ns"), "8.2 ms");
    EXPECT_EQ(human(2.5e9, "ns"), "2.50 s");
    EXPECT_EQ(human(-20, "ns"), "-20 ns");
}

TEST(Human, RatesHaveAFittingUnit) {
    EXPECT_EQ(human(1'060'000, "msg/s"), "1.060M/s");
    EXPECT_EQ(human(384'396, "msg/s"), "384.4k/s");
    EXPECT_EQ(human(12, "msg/s"), "12/s");
}

TEST(Human, RangesHaveOneUnit) {
    EXPECT_EQ(human_range(14'000, 16'000, "ns"), "14.0 - 16.0 us");
    EXPECT_EQ(human_range(900, 1'100, "ns"), "0.9 - 1.1 us");
    EXPECT_EQ(human_range(5, 5, "ns"), "5 ns");
}

TEST(Human, SharesArePercentToo) {
    EXPECT_EQ(human(0.753, "share"), "75 %");
    EXPECT_EQ(human(0.0213, "share"), "2.1 %");
    EXPECT_EQ(human(0, "share"), "0 %");
    EXPECT_EQ(human_range(0.5, 1, "share"), "50 - 100 %");
}

TEST(Human, FractionsArePercent) { EXPECT_EQ(human_percent(0.0324), "3.2 %"); }

} // namespace
} // namespace tickring
