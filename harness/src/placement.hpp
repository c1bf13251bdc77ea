// SPDX-License-Identifier: Apache-2.0
// Chooses the CPUs of producer and consumer. Pure: knows a topology, touches no machine.
#pragma once

#include "topology.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickring {

struct PlacementRequest {
    std::optional<unsigned> producer_cpu;
    std::optional<unsigned> consumer_cpu;
    std::string relation; // a name of placement_names(), or empty: the best there is
    bool spins = true;    // both sides keep their CPU busy while they wait
    bool allow_unpinned = false;
};

struct Placement {
    std::optional<unsigned> producer_cpu; // nothing: runs wherever the kernel puts it
    std::optional<unsigned> consumer_cpu;
    std::string relation; // a name of placement_names(), "same-cpu", "same-package" or "unpinned"
};

// Those that were chosen, each once.
std::vector<unsigned> cpus_of(const Placement &placement);

const std::vector<std::string_view> &placement_names();

// How close two hardware threads are.
std::string_view relation_of(const Cpu &a, const Cpu &b);

// Two different physical cores where there are two, never two spinners on one hardware thread.
// Throws Error (usage): a CPU that does not exist or is not allowed, a relation that no pair has,
// one CPU for two spinners.
Placement place(const Topology &topology, const PlacementRequest &request);

} // namespace tickring
