// SPDX-License-Identifier: Apache-2.0
// What is known of the machine, as far as it bears on a measurement.
#pragma once

#include "environment/items.hpp"
#include "json.hpp"
#include "placement.hpp"
#include "topology.hpp"

namespace tickring {

// Reads files below /proc and /sys; never fails for one that is missing.
Items look_around(const SystemFiles &files, const Topology &topology, const Placement &placement);

// The section environment of a result: name -> {value, source, status}, status being ok, warn,
// unknown or not_visible.
Json environment_section(const Items &items);

// The same for a person: by groups, in 80 columns.
std::string environment_text(const Items &items);

// What follows for a measurement, a paragraph each: REFUSE, WARN, INFO.
std::string findings_text(const Items &items);

// The names of the items with a warning, with commas between; empty: none.
std::string warned_items(const Items &items);

} // namespace tickring
