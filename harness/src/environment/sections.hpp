// SPDX-License-Identifier: Apache-2.0
// The groups of items; each reads its files and adds to the list.
#pragma once

#include "environment/items.hpp"
#include "placement.hpp"
#include "topology.hpp"

namespace tickring {

// Whether a list of CPUs like "0-3,8" names one.
bool list_holds(std::string_view list, unsigned cpu);

void add_machine(Items &items);
void add_placement(Items &items, const Topology &topology, const Placement &placement);
// cpus: those of the run.
void add_frequency(Items &items, const std::vector<unsigned> &cpus);
void add_isolation(Items &items, const std::vector<unsigned> &cpus);
void add_memory(Items &items);
void add_clocks(Items &items);
void add_software(Items &items);
void add_load(Items &items);

} // namespace tickring
