// SPDX-License-Identifier: Apache-2.0
// breakdown_ns of result.json. Pure.
#pragma once

#include "breakdown.hpp"
#include "json.hpp"

#include <span>

namespace tickring {

// journeys is not empty. batch: messages per publication, for what the instruments cost.
Json breakdown_section(std::span<const Journey> journeys, const Measured &batch,
                       double clock_read_ns);

} // namespace tickring
