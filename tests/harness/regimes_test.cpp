// SPDX-License-Identifier: Apache-2.0
#include "regimes.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;
constexpr std::uint64_t kStart_ns = 10 * kSecond_ns;

// A probe so many seconds after the start of the run.
CoreProbe probe(double after_s, double rtt_ns) {
    CoreProbe made;
    made.rtt_ns.value = made.median_ns = rtt_ns;
    made.at_ns = kStart_ns + static_cast<std::uint64_t>(static_cast<std::int64_t>(after_s * 1e9));
    made.stolen_ns = 200'000;
    return made;
}

CoreProbe failed_probe() {
    CoreProbe made;
    made.rtt_ns.reason = "both sides are on one CPU";
    return made;
}

Json regimes_of(const std::vector<CoreProbe> &probes, std::int64_t length_s) {
    Json result;
    put_regimes(result, probes, kStart_ns,
                kStart_ns + static_cast<std::uint64_t>(length_s) * kSecond_ns);
    return result;
}

TEST(Regimes, OfARunWithoutAChangeAreOneInterval) {
    const auto regimes = regimes_of({probe(-1, 140), probe(3, 150)}, 2).at("regimes");
    ASSERT_EQ(regimes.size(), 1U);
    EXPECT_EQ(regimes[0].at("from_s"), 0.0);
    EXPECT_EQ(regimes[0].at("to_s"), 2.0);
    EXPECT_EQ(regimes[0].at("core_to_core_rtt_ns"), 145.0);
    EXPECT_EQ(regimes[0].at("is_main"), true);
    EXPECT_EQ(share_in_other_regimes(regimes), 0);
}

TEST(Regimes, AnIntervalBetweenTwoUnlikeProbesIsInNone) {
    const auto regimes = regimes_of({probe(-1, 63), probe(3, 142)}, 2).at("regimes");
    EXPECT_EQ(regimes[0].at("is_main"), false);
    EXPECT_EQ(share_in_other_regimes(regimes), 1);
}

TEST(Regimes, TheMainOneIsThatInWhichMostOfTheRunWas) {
    const auto regimes =
        regimes_of({probe(-1, 537), probe(1, 142), probe(8, 150), probe(11, 140)}, 10)
            .at("regimes");
    EXPECT_EQ(regimes[0].at("is_main"), false);
    EXPECT_EQ(regimes[1].at("is_main"), true);
    EXPECT_EQ(regimes[2].at("is_main"), true);
    EXPECT_DOUBLE_EQ(share_in_other_regimes(regimes), 0.1);
}

TEST(Regimes, TheMainOneNeedNotHaveTheMostProbes) {
    const auto regimes =
        regimes_of(
            {probe(-1, 142), probe(0.1, 142), probe(0.2, 142), probe(0.3, 537), probe(11, 537)}, 10)
            .at("regimes");
    EXPECT_EQ(regimes[0].at("is_main"), false);
    EXPECT_EQ(regimes[3].at("is_main"), true);
}

TEST(Regimes, ProbesWithinAFactorOfFourThirdsOfTheirMedianAreOne) {
    const auto within = regimes_of({probe(-1, 100), probe(1, 133), probe(3, 76)}, 2);
    EXPECT_EQ(share_in_other_regimes(within.at("regimes")), 0);
    const auto beyond = regimes_of({probe(-1, 100), probe(1, 100), probe(3, 134)}, 2);
    EXPECT_EQ(share_in_other_regimes(beyond.at("regimes")), 0.5);
    const auto below = regimes_of({probe(-1, 100), probe(1, 100), probe(3, 74)}, 2);
    EXPECT_EQ(share_in_other_regimes(below.at("regimes")), 0.5);
}

TEST(Regimes, TellWhatAProbeTookFromTheRunUnlessItCameAfterTheEnd) {
    const auto regimes =
        regimes_of({probe(-1, 140), probe(1, 140), probe(3, 140)}, 2).at("regimes");
    EXPECT_EQ(regimes[0].at("probe_stolen_ns"), 200'000);
    EXPECT_EQ(regimes[1].at("probe_stolen_ns"), 0);
}

TEST(Regimes, AProbeTakesNothingFromARunThatEndedBeforeItsStart) {
    const auto regimes = regimes_of({probe(-2, 140), probe(-0.5, 140)}, -1).at("regimes");
    ASSERT_EQ(regimes.size(), 1U);
    EXPECT_EQ(regimes[0].at("probe_stolen_ns"), 0);
}

TEST(Regimes, WithoutProbesAreNullWithTheReason) {
    const auto result = regimes_of({failed_probe(), failed_probe()}, 2);
    EXPECT_TRUE(result.at("regimes").is_null());
    EXPECT_EQ(result.at("regimes_reason"), "both sides are on one CPU");
}

TEST(Regimes, AProbeThatFailedIsPassedOver) {
    const auto regimes =
        regimes_of({probe(-1, 140), failed_probe(), probe(3, 140)}, 2).at("regimes");
    ASSERT_EQ(regimes.size(), 1U);
    EXPECT_EQ(regimes[0].at("to_s"), 2.0);
}

TEST(Regimes, CountWhatProbesTookThatFailed) {
    auto failed = failed_probe();
    failed.at_ns = kStart_ns + 1;
    failed.stolen_ns = 7;
    const auto regimes =
        regimes_of({probe(-1, 140), failed, probe(1, 140), probe(3, 140)}, 2).at("regimes");
    EXPECT_EQ(regimes[0].at("probe_stolen_ns"), 200'007);
}

} // namespace
} // namespace tickring
