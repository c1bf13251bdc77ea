// SPDX-License-Identifier: Apache-2.0
// The parts of result.json about groups of round trips and stretches of messages. Pure.
#pragma once

#include "groups.hpp"
#include "json.hpp"

#include <string>

namespace tickring {

// latency_ns is the section of that name: of the round trips that were stamped one by one. Null
// when no group was recorded.
Json round_trip_section(const Groups &groups, const Json &latency_ns);

// Of the messages of a run flat out; null when there was no whole stretch.
Json pace_section(const Stretches &pace);

// The round trips in a few lines for a terminal; empty when there is no such section.
std::string round_trip_summary(const Json &section);

} // namespace tickring
