// SPDX-License-Identifier: Apache-2.0
// The parts of result.json about how an open loop kept to its schedule. Pure.
#pragma once

#include "json.hpp"
#include "result.hpp"

namespace tickring {

constexpr const char *kClosedLoop = "closed loop: there is no schedule";

// Whether messages have intended times.
bool is_open_loop(const RunPlan &plan);

// Messages per second by the schedule: from the first intended time to the last, or to the last
// stamp when that came later.
Measured achieved_rate(const ResultInput &input);

// What was wanted and what was achieved, and from where on the producer was behind. Null in closed
// loop.
void put_schedule(Json &result, const ResultInput &input);

// Which trades were sent, and how. Null where the messages are made.
void put_replay(Json &result, const RunPlan &plan);

// What a reader of the figures should know, each {id, text}.
Json warnings_section(const Json &schedule);

} // namespace tickring
