// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

TEST(Bar, ShowsShareAndCounts) {
    EXPECT_EQ(bar_text(225'000, 500'000), "[##################----------------------]  45 %  "
                                          "225000 of 500000");
}

TEST(Bar, IsFullAtTheEndAndNeverFuller) {
    EXPECT_NE(bar_text(11, 10).find("100 %"), std::string::npos);
}

TEST(Bar, WithoutATotalOnlyCounts) { EXPECT_EQ(bar_text(7, 0), "7 messages"); }

TEST(Bar, FitsATerminal) { EXPECT_LE(bar_text(4'000'000'000, 4'294'967'295).size(), 79U); }

} // namespace
} // namespace tickring
