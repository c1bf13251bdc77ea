// SPDX-License-Identifier: Apache-2.0
// Of the floors themselves only what holds on every machine; no speed is asked for.
#include "floors/clock_cost.hpp"
#include "floors/core_probe.hpp"
#include "floors/noise.hpp"
#include "floors/null_transport.hpp"
#include "floors/pinned.hpp"
#include "topology.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <sched.h>

namespace tickring {
namespace {

std::vector<unsigned> our_cpus() { return allowed_cpus(topology_of_this_machine()); }

TEST(PinnedWork, RunsOnTheCpuThatIsGiven) {
    const auto cpus = our_cpus();
    std::vector<int> ran_on(cpus.size(), -1);
    EXPECT_EQ(run_on_cpus(cpus, [&](std::size_t i) { ran_on[i] = sched_getcpu(); }), "");
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        EXPECT_EQ(ran_on[i], static_cast<int>(cpus[i]));
    }
}

TEST(PinnedWork, IsNotBegunAnywhereWhenACpuIsNotThere) {
    bool has_begun = false;
    const auto trouble = run_on_cpus({our_cpus()[0], 1023}, [&](std::size_t) { has_begun = true; });
    EXPECT_NE(trouble.find("cannot run on CPU 1023"), std::string::npos);
    EXPECT_FALSE(has_begun);
}

TEST(CoreProbe, MeasuresARoundTripBetweenTwoCpus) {
    const auto cpus = our_cpus();
    if (cpus.size() < 2) {
        GTEST_SKIP() << "needs two CPUs";
    }
    const auto probe = probe_cores({cpus[0], cpus[1], "any"}, kProbeAlone);
    ASSERT_TRUE(probe.rtt_ns.value.has_value()) << probe.rtt_ns.reason;
    EXPECT_GT(*probe.rtt_ns.value, 1);
    EXPECT_GT(probe.median_ns, 1);
    EXPECT_GT(probe.stolen_ns, 0U);
}

TEST(CoreProbe, SaysWhyThereIsNothingToMeasure) {
    EXPECT_EQ(probe_cores({0, 0, "same-cpu"}, kProbeInside).rtt_ns.reason,
              "both sides are on one CPU");
    EXPECT_EQ(probe_cores({std::nullopt, std::nullopt, "unpinned"}, kProbeInside).rtt_ns.reason,
              "the two sides have no CPUs of their own");
    EXPECT_NE(
        probe_cores({our_cpus()[0], 1023, "any"}, kProbeInside).rtt_ns.reason.find("CPU 1023"),
        std::string::npos);
}

TEST(ClockCost, TellsACostAndAStep) {
    const auto cost = measure_clock(CLOCK_MONOTONIC);
    EXPECT_GT(cost.read_ns, 0);
    ASSERT_TRUE(cost.step_ns.value.has_value());
    EXPECT_GE(*cost.step_ns.value, 1);
}

TEST(ClockCost, OfAPythonThatIsNotThereHasAReason) {
    const auto cost = measure_python_clock("/nonexistent/python", "realtime");
    EXPECT_FALSE(cost.read_ns.value.has_value());
    EXPECT_NE(cost.read_ns.reason, "");
}

TEST(NullTransport, CostsTimeAndLeavesNoSocket) {
    std::array<char, 32> folder{"/tmp/tickring-null-XXXXXX"};
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    const auto latency =
        measure_null_transport(std::string(folder.data()) + "/bus", CLOCK_REALTIME);
    ASSERT_TRUE(latency.value.has_value()) << latency.reason;
    EXPECT_GT(*latency.value, 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder.data()));
    std::filesystem::remove(folder.data());
}

TEST(NullTransport, WithoutAPlaceForASocketHasAReason) {
    const auto latency = measure_null_transport("/nonexistent/bus", CLOCK_REALTIME);
    EXPECT_FALSE(latency.value.has_value());
    EXPECT_NE(latency.reason.find("no ring could be opened"), std::string::npos);
}

TEST(NoiseOfACpu, CountsGapsByTheirLength) {
    Noise noise;
    for (const std::uint64_t gap_ns : {25U, 1'000U, 1'001U, 10'001U, 100'001U, 5'000U}) {
        count_gap(noise, gap_ns);
    }
    EXPECT_EQ(noise.longest_gap_ns, 100'001U);
    EXPECT_EQ(noise.gaps_over_1_us, 4U);
    EXPECT_EQ(noise.gaps_over_10_us, 2U);
    EXPECT_EQ(noise.gaps_over_100_us, 1U);
}

TEST(NoiseOfACpu, IsMeasuredOnTheCpusThatAreGiven) {
    const auto cpu = our_cpus()[0];
    const auto section = noise_section({cpu}, 1'000'000);
    ASSERT_EQ(section.at("cpus").size(), 1U);
    EXPECT_EQ(section.at("cpus")[0].at("cpu"), cpu);
    EXPECT_GE(section.at("cpus")[0].at("spun_ns"), 1'000'000);
}

} // namespace
} // namespace tickring
