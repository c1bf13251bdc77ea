// SPDX-License-Identifier: Apache-2.0
// spikes of result.json. Pure.
#pragma once

#include "json.hpp"
#include "spikes.hpp"

namespace tickring {

struct SpikesInput {
    std::span<const Journey> journeys; // not empty
    const Traces &traces;
    std::uint64_t start_ns = 0; // of the schedule; times in the section count from it
    double sampled_fraction = 1;
    std::uint64_t messages_per_window = 0;
    std::span<const double> window_means_ns;
};

Json spikes_section(const SpikesInput &input);

} // namespace tickring
