// SPDX-License-Identifier: Apache-2.0
#include "placement.hpp"

#include "described_machine.hpp"
#include "error.hpp"

namespace tickring {
namespace {

PlacementRequest asking_for(const std::string &relation) {
    PlacementRequest request;
    request.relation = relation;
    return request;
}

std::string refusal(const Topology &topology, const PlacementRequest &request) {
    try {
        place(topology, request);
    } catch (const Error &error) {
        EXPECT_EQ(error.exit(), Exit::kUsage);
        return error.what();
    }
    return "";
}

TEST(Placement, TakesTwoCoresWhereThereAreTwo) {
    const auto placement = place(described_machine("pack:1 l3:1 core:2 pu:2"), {});
    EXPECT_EQ(placement.relation, "same-l3");
    EXPECT_NE(*placement.producer_cpu / 2, *placement.consumer_cpu / 2);
}

TEST(Placement, TakesTwoThreadsOfOneCoreWhereThereIsOne) {
    const auto placement = place(described_machine("pack:1 l3:1 core:1 pu:2"), {});
    EXPECT_EQ(placement.relation, "same-core");
    EXPECT_NE(placement.producer_cpu, placement.consumer_cpu);
}

TEST(Placement, TakesTwoThreadsOfOneCoreWhenNoOtherIsAllowed) {
    const auto placement = place(described_machine(kServer, {4, 5}), {});
    EXPECT_EQ(placement.relation, "same-core");
}

TEST(Placement, PrefersAnotherPackageToTheSameCore) {
    const auto placement = place(described_machine(kServer, {0, 1, 8}), {});
    EXPECT_EQ(placement.relation, "cross-package");
}

TEST(Placement, PrefersCpusThatServeNoInterrupts) {
    const auto placement = place(described_machine("pack:1 l3:1 core:4 pu:1"), {});
    EXPECT_NE(placement.producer_cpu, 0U);
    EXPECT_NE(placement.consumer_cpu, 0U);
}

TEST(Placement, PrefersCpusThatShareACache) {
    const auto placement = place(described_machine(kServer, {0, 4, 8, 10}), {});
    EXPECT_EQ(placement.relation, "same-l3");
    EXPECT_EQ(placement.producer_cpu, 8U);
    EXPECT_EQ(placement.consumer_cpu, 10U);
}

TEST(Placement, PrefersTheFasterKindOfCore) {
    auto topology = described_machine("pack:1 l3:1 core:4 pu:1");
    topology.cpus[1].efficiency = topology.cpus[2].efficiency = 1;
    const auto placement = place(topology, {});
    EXPECT_EQ(placement.producer_cpu, 1U);
    EXPECT_EQ(placement.consumer_cpu, 2U);
}

TEST(Placement, FindsEachRelationThatIsAskedFor) {
    const auto topology = described_machine(kServer);
    for (const char *relation : {"same-core", "same-l3", "cross-l3", "cross-package"}) {
        EXPECT_EQ(place(topology, asking_for(relation)).relation, relation);
    }
    const auto shared_l2 = described_machine("pack:1 l3:1 l2:1 core:2 pu:1");
    EXPECT_EQ(place(shared_l2, asking_for("same-l2")).relation, "same-l2");
}

TEST(Placement, NamesTheRelationsThatThereAre) {
    EXPECT_EQ(refusal(described_machine("pack:1 l3:1 core:2 pu:2"), asking_for("cross-package")),
              "--placement 'cross-package' fits no pair of CPUs here; there is: same-core same-l3");
}

TEST(Placement, KeepsTheCpuThatIsAskedForAndChoosesTheOther) {
    PlacementRequest request;
    request.producer_cpu = 9;
    const auto placement = place(described_machine(kServer), request);
    EXPECT_EQ(placement.producer_cpu, 9U);
    EXPECT_EQ(placement.relation, "same-l3");
}

TEST(Placement, RefusesACpuThatDoesNotExist) {
    PlacementRequest request;
    request.consumer_cpu = 16;
    EXPECT_EQ(refusal(described_machine(kServer), request),
              "--consumer-cpu '16' does not exist; give one of 0-15");
}

TEST(Placement, RefusesACpuThatIsNotAllowed) {
    PlacementRequest request;
    request.consumer_cpu = 1;
    EXPECT_EQ(refusal(described_machine(kServer, {2, 4}), request),
              "--consumer-cpu '1' is not allowed to this process; give one of 2,4");
}

TEST(Placement, RefusesTwoSpinnersOnOneHardwareThread) {
    PlacementRequest request;
    request.producer_cpu = request.consumer_cpu = 2;
    EXPECT_NE(refusal(described_machine(kServer), request), "");
    EXPECT_NE(refusal(described_machine("pack:1 core:1 pu:1"), {}), "");
}

TEST(Placement, LetsSleepersShareAHardwareThreadOnlyWhenThereIsNoOther) {
    PlacementRequest request;
    request.spins = false;
    EXPECT_EQ(place(described_machine("pack:1 core:1 pu:1"), request).relation, "same-cpu");
    EXPECT_EQ(place(described_machine("pack:1 core:1 pu:2"), request).relation, "same-core");
}

TEST(Placement, WithoutPinsGoesOnWithOneCpu) {
    PlacementRequest request;
    request.allow_unpinned = true;
    const auto placement = place(described_machine("pack:1 core:1 pu:1"), request);
    EXPECT_EQ(placement.relation, "unpinned");
    EXPECT_FALSE(placement.producer_cpu.has_value());
}

struct Choice {
    const char *machine;
    const char *relation; // that is asked for; empty: none
    const char *chosen;
    unsigned producer_cpu;
    unsigned consumer_cpu;
};

class PlacementOnKeptMachines : public testing::TestWithParam<Choice> {};

TEST_P(PlacementOnKeptMachines, IsTheRightPair) {
    const auto &choice = GetParam();
    const auto placement = place(kept_machine(choice.machine), asking_for(choice.relation));
    EXPECT_EQ(placement.relation, choice.chosen);
    EXPECT_EQ(placement.producer_cpu, choice.producer_cpu);
    EXPECT_EQ(placement.consumer_cpu, choice.consumer_cpu);
}

INSTANTIATE_TEST_SUITE_P(Hybrid, PlacementOnKeptMachines,
                         testing::Values(Choice{"hybrid", "", "same-l3", 2, 4},
                                         Choice{"hybrid", "same-core", "same-core", 2, 3},
                                         Choice{"hybrid", "same-l2", "same-l2", 12, 13},
                                         Choice{"hybrid", "same-l3", "same-l3", 2, 4}));
INSTANTIATE_TEST_SUITE_P(TwoSockets, PlacementOnKeptMachines,
                         testing::Values(Choice{"two-sockets", "", "same-l3", 2, 3},
                                         Choice{"two-sockets", "same-core", "same-core", 1, 5},
                                         Choice{"two-sockets", "same-l3", "same-l3", 2, 3},
                                         Choice{"two-sockets", "cross-package", "cross-package", 1,
                                                2}));

TEST(Placement, RefusesWhatAKeptMachineDoesNotHave) {
    EXPECT_EQ(refusal(kept_machine("hybrid"), asking_for("cross-package")),
              "--placement 'cross-package' fits no pair of CPUs here; there is: same-core same-l2 "
              "same-l3");
    EXPECT_EQ(refusal(kept_machine("two-sockets"), asking_for("same-l2")),
              "--placement 'same-l2' fits no pair of CPUs here; there is: cross-package same-core "
              "same-l3");
    EXPECT_EQ(refusal(kept_machine("one-cpu"), asking_for("same-core")),
              "--placement 'same-core' fits no pair of CPUs here; there is: no pair of CPUs");
    EXPECT_EQ(refusal(kept_machine("one-cpu"), {}),
              "--wait 'spin' needs a CPU for each side and there is one (allowed: 0); give two "
              "different CPUs, --wait park or --allow-unpinned");
}

TEST(Placement, WithoutKnownCachesSaysOnlyThatThePackageIsShared) {
    EXPECT_EQ(place(described_machine("pack:1 core:2 pu:1"), {}).relation, "same-package");
}

} // namespace
} // namespace tickring
