// SPDX-License-Identifier: Apache-2.0
#include "floors/core_matrix.hpp"

#include "described_machine.hpp"
#include "placement.hpp"

#include <algorithm>
#include <set>

namespace tickring {
namespace {

std::vector<unsigned> indices(const std::vector<Cpu> &cpus) {
    std::vector<unsigned> found;
    for (const auto &cpu : cpus) {
        found.push_back(cpu.index);
    }
    return found;
}

TEST(CoreMatrix, OfASmallMachineHasEachAllowedCpu) {
    EXPECT_EQ(indices(matrix_cpus(described_machine(kServer, {3, 5, 9}), 12)),
              (std::vector<unsigned>{3, 5, 9}));
}

TEST(CoreMatrix, OfALargeMachineHasEachWayOfBeingNear) {
    const auto machine = described_machine("pack:2 l3:4 l2:4 core:2 pu:2");
    const auto chosen = matrix_cpus(machine, 6);
    ASSERT_EQ(chosen.size(), 6U);
    std::set<std::string_view> relations;
    for (const auto &cpu : chosen) {
        relations.insert(relation_of(chosen[0], cpu));
    }
    EXPECT_EQ(relations, (std::set<std::string_view>{"same-cpu", "same-core", "same-l2", "same-l3",
                                                     "cross-l3", "cross-package"}));
}

TEST(CoreMatrix, OfALargeMachineNamesNoCpuTwiceAndKeepsItsOrder) {
    const auto chosen = indices(matrix_cpus(described_machine("pack:2 l3:4 core:8 pu:2"), 12));
    EXPECT_EQ(chosen.size(), 12U);
    EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
    EXPECT_EQ(std::set<unsigned>(chosen.begin(), chosen.end()).size(), 12U);
    // The far end of the machine is in it.
    EXPECT_GT(chosen.back(), 100U);
}

TEST(CoreMatrix, MeasuresEachPairOfThisMachineOnce) {
    const auto section = core_matrix_section(topology_of_this_machine());
    const auto count = section.at("cpus").size();
    EXPECT_EQ(section.at("pairs").size(), count * (count - 1) / 2);
    for (const auto &pair : section.at("pairs")) {
        EXPECT_NE(pair.at("a"), pair.at("b"));
        if (pair.at("rtt_ns").is_null()) {
            EXPECT_NE(pair.at("rtt_ns_reason"), "");
        } else {
            EXPECT_GT(pair.at("rtt_ns"), 1);
        }
    }
}

TEST(CoreMatrix, TellsTheThreadsOfACoreApart) {
    // CPUs that this machine may not have: what is told of them is the same.
    const auto section = core_matrix_section(described_machine("pack:1 core:2 pu:2"));
    const auto &cpus = section.at("cpus");
    ASSERT_EQ(cpus.size(), 4U);
    EXPECT_EQ(cpus[0].at("core"), cpus[1].at("core"));
    EXPECT_EQ(cpus[0].at("thread"), 0);
    EXPECT_EQ(cpus[1].at("thread"), 1);
    EXPECT_EQ(cpus[2].at("thread"), 0);
    EXPECT_EQ(section.at("pairs")[0].at("relation"), "same-core");
    EXPECT_EQ(section.at("cpus_left_out"), 0);
}

TEST(CoreMatrix, SaysHowManyCpusItLeavesOut) {
    const auto section = core_matrix_section(described_machine("pack:1 core:20 pu:1"));
    EXPECT_EQ(section.at("cpus").size(), kMostMatrixCpus);
    EXPECT_EQ(section.at("cpus_left_out"), 20 - kMostMatrixCpus);
}

} // namespace
} // namespace tickring
