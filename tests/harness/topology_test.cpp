// SPDX-License-Identifier: Apache-2.0
#include "described_machine.hpp"

#include <algorithm>

namespace tickring {
namespace {

TEST(Topology, TellsWhatTheHardwareThreadsShare) {
    const auto topology = described_machine(kServer);
    ASSERT_EQ(topology.cpus.size(), 16U);
    EXPECT_EQ(topology.summary, "package:2 l3:4 l2:8 core:8 pu:16");
    const auto &first = topology.cpus[0];
    EXPECT_EQ(first.core, topology.cpus[1].core);
    EXPECT_NE(first.core, topology.cpus[2].core);
    EXPECT_NE(first.l2, topology.cpus[2].l2);
    EXPECT_EQ(first.l3, topology.cpus[2].l3);
    EXPECT_NE(first.l3, topology.cpus[4].l3);
    EXPECT_EQ(first.package, topology.cpus[7].package);
    EXPECT_NE(first.package, topology.cpus[8].package);
}

TEST(Topology, TellsWhichCpusAreAllowed) {
    const auto topology = described_machine(kServer, {3, 5});
    const auto allowed = std::count_if(topology.cpus.begin(), topology.cpus.end(),
                                       [](const Cpu &cpu) { return cpu.allowed; });
    EXPECT_EQ(allowed, 2);
    EXPECT_TRUE(topology.cpus[5].allowed);
}

TEST(Topology, WithoutCachesDoesNotInventThem) {
    const auto topology = described_machine("pack:1 core:2 pu:1");
    EXPECT_FALSE(topology.cpus[0].l2.has_value());
    EXPECT_FALSE(topology.cpus[0].l3.has_value());
}

TEST(Topology, OfThisMachineHasAnAllowedCpu) {
    const auto topology = topology_of_this_machine();
    EXPECT_TRUE(std::any_of(topology.cpus.begin(), topology.cpus.end(),
                            [](const Cpu &cpu) { return cpu.allowed; }));
}

TEST(CpuList, JoinsNeighbours) {
    EXPECT_EQ(cpu_list({0, 1, 2, 3, 8, 10, 11}), "0-3,8,10-11");
    EXPECT_EQ(cpu_list({}), "none");
}

} // namespace
} // namespace tickring
