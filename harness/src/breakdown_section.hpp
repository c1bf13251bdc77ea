// SPDX-License-Identifier: Apache-2.0
// breakdown_ns of result.json. Pure.
#pragma once

#include "breakdown.hpp"
#include "instrument_cost.hpp"
#include "json.hpp"

#include <optional>
#include <span>

namespace tickring {

// journeys is not empty. batch: messages per publication, for what the instruments cost; cost: what
// they were found to, where they worked in every other stretch.
Json breakdown_section(std::span<const Journey> journeys, const Measured &batch,
                       double clock_read_ns, const std::optional<InstrumentCost> &cost);

} // namespace tickring
