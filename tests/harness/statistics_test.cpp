// SPDX-License-Identifier: Apache-2.0
// Statistics on lists that can be checked by hand.
#include "statistics.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

TEST(Median, OfAnOddCountIsTheMiddleValue) { EXPECT_EQ(median({9, 1, 5}), 5); }

TEST(Median, OfAnEvenCountIsTheMeanOfTheMiddleTwo) { EXPECT_EQ(median({9, 1, 4, 6}), 5); }

TEST(Median, OfOneValueIsThatValue) { EXPECT_EQ(median({7}), 7); }

TEST(Median, IsNotMovedByOneLargeValue) { EXPECT_EQ(median({1, 2, 3, 4, 1e12}), 3); }

TEST(LeastSquares, FindsTheLineThatAllPointsAreOn) {
    const std::vector<double> values = {10, 7, 4, 1};
    const auto line = least_squares(values);
    EXPECT_DOUBLE_EQ(line.slope, -3);
    EXPECT_DOUBLE_EQ(line.intercept, 10);
    EXPECT_DOUBLE_EQ(largest_residual(values, line), 0);
}

TEST(LeastSquares, BalancesWhatIsOffTheLine) {
    // The textbook case (0, 0), (1, 2), (2, 1): y = 1/2 + x/2, off by 1/2, 1 and 1/2.
    const std::vector<double> values = {0, 2, 1};
    const auto line = least_squares(values);
    EXPECT_DOUBLE_EQ(line.slope, 0.5);
    EXPECT_DOUBLE_EQ(line.intercept, 0.5);
    EXPECT_DOUBLE_EQ(largest_residual(values, line), 1);
}

} // namespace
} // namespace tickring
