// SPDX-License-Identifier: Apache-2.0
// The part of result.json about round trips. Pure.
#pragma once

#include "json.hpp"
#include "round_trips.hpp"

namespace tickring {

// latency_ns is the section of that name: of the round trips that were stamped one by one. Null
// when no group was recorded.
Json round_trip_section(const Groups &groups, const Json &latency_ns);

// The round trips in a few lines for a terminal; empty when there is no such section.
std::string round_trip_summary(const Json &section);

} // namespace tickring
