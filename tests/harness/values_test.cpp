// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include "error.hpp"

#include <functional>
#include <gtest/gtest.h>

namespace tickring {
namespace {

std::string refusal(const std::function<void()> &parse) {
    try {
        parse();
    } catch (const Error &error) {
        EXPECT_EQ(error.exit(), Exit::kUsage);
        return error.what();
    }
    return "";
}

TEST(Count, TakesItsLimits) {
    EXPECT_EQ(parse_count("n", "1", 1, 10), 1U);
    EXPECT_EQ(parse_count("n", "10", 1, 10), 10U);
}

TEST(Count, RefusesWhatIsNotAWholeNumberInItsRange) {
    for (const char *text :
         {"0", "11", "-1", "+1", " 1", "1 ", "1.0", "0x1", "", "one", "99999999999999999999999"}) {
        EXPECT_EQ(refusal([&] { parse_count("n", text, 1, 10); }),
                  concat("n '", text, "' is not allowed; give a whole number from 1 to 10"));
    }
}

TEST(PowerOfTwo, RefusesEverythingElse) {
    EXPECT_EQ(parse_power_of_two("n", "4096", 4096, 8192), 4096U);
    for (const char *text : {"0", "2048", "4097", "6144", "16384"}) {
        EXPECT_NE(refusal([&] { parse_power_of_two("n", text, 4096, 8192); }), "");
    }
}

TEST(Seconds, BecomeNanoseconds) {
    EXPECT_EQ(parse_seconds_ns("n", "0.25", 1, 1'000'000'000), 250'000'000U);
    EXPECT_EQ(parse_seconds_ns("n", "1e-3", 1, 1'000'000'000), 1'000'000U);
}

TEST(Factor, BecomesMillionths) {
    EXPECT_EQ(parse_factor_millionths("n", "2.5", 1'000, 10'000'000), 2'500'000U);
    EXPECT_EQ(parse_factor_millionths("n", "1e-3", 1'000, 10'000'000), 1'000U);
}

TEST(Factor, RefusesWhatIsNoNumberInItsRange) {
    for (const char *text : {"0", "-1", "0.0009", "11", "nan", "inf", "2x", ""}) {
        EXPECT_EQ(refusal([&] { parse_factor_millionths("n", text, 1'000, 10'000'000); }),
                  concat("n '", text, "' is not allowed; give a factor from 0.001 to 10"));
    }
}

TEST(Seconds, RefuseWhatIsNoNumberInTheirRange) {
    for (const char *text : {"0", "-1", "2", "nan", "inf", "1s", ""}) {
        EXPECT_NE(refusal([&] { parse_seconds_ns("n", text, 1, 1'000'000'000); }), "");
    }
}

} // namespace
} // namespace tickring
