// SPDX-License-Identifier: Apache-2.0
// Puts what was observed of a run into its result. Pure.
#pragma once

#include "json.hpp"
#include "observer.hpp"

namespace tickring {

// regimes, course, clock_offset, and the memory of both sides, whose sections are there.
void put_observations(Json &result, const Observations &seen);

} // namespace tickring
