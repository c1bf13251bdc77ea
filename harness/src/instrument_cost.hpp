// SPDX-License-Identifier: Apache-2.0
// What the instruments of a run add, where they worked in every other stretch of messages. Pure.
#pragma once

#include "analysis.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace tickring {

constexpr std::uint64_t kStretchMessages = 1024; // a block of the recorder's samples

struct InstrumentCost {
    double plain_ns = 0;  // the mean latency of stretches without them
    double added_ns = 0;  // by which those with them are longer
    double period_ns = 0; // by which the time between two stamps is
};

// Each stretch without instruments is held against the two around it, so that nothing that lasts
// longer than some milliseconds is in the difference; of the differences, and of the latencies of
// a stretch, the trimmed mean. A stretch begins with messages that still wait for those of the
// last one: they are left out. Nothing when no three stretches in a row were sampled. samples are
// in the order of their numbers.
std::optional<InstrumentCost> instrument_cost(std::span<const Sample> samples);

} // namespace tickring
