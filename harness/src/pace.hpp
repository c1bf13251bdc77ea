// SPDX-License-Identifier: Apache-2.0
// How long stretches of messages took to arrive. Pure.
#pragma once

#include "analysis.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace tickring {

constexpr std::uint64_t kPaceMessages = 1024; // a block of the recorder's samples

// From the receipt of each such message number to that of the next, where both were sampled: in
// messages that are published so many at a time, the same part of a publication is in each.
std::vector<std::uint64_t> stretches_ns(std::span<const Sample> samples);

} // namespace tickring
