// SPDX-License-Identifier: Apache-2.0
// What is known of the machine, as far as it bears on a measurement.
#pragma once

#include "json.hpp"
#include "placement.hpp"
#include "topology.hpp"

namespace tickring {

// The section environment of a result: name -> {value, source, status}, status being ok, warn,
// unknown or not_visible. Reads files below /proc and /sys; never fails for one that is missing.
Json environment_section(const Topology &topology, const Placement &placement);

// The same for a person, one line per item.
std::string environment_text(const Json &environment);

} // namespace tickring
