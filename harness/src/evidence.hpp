// SPDX-License-Identifier: Apache-2.0
// What the traces know of stretches of time in which something else than the stream went on. Pure.
#pragma once

#include "spikes.hpp"

#include <cstdint>
#include <vector>

namespace tickring {

// A stretch of time, and at most how much of it the cause explains.
struct Evidence {
    Cause cause = Cause::kUnknown;
    std::uint64_t from_ns = 0;
    std::uint64_t to_ns = 0;
    std::uint64_t most_ns = 0;
};

// By the time at which it begins.
std::vector<Evidence> evidence_of(const Traces &traces);

} // namespace tickring
