// SPDX-License-Identifier: Apache-2.0
// In which placement of its two CPUs a run was, by probes between which its intervals lie. A
// hypervisor moves virtual CPUs about, and what they share then changes by factors. Pure.
#pragma once

#include "floors/core_probe.hpp"
#include "json.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace tickring {

// Probes within this factor of their median belong to one regime; harness/python/tickring_series
// groups the runs of a series alike.
constexpr double kRegimeFactor = 4.0 / 3;

// What lies between two probes.
struct RegimeInterval {
    std::uint64_t from_ns = 0; // on CLOCK_MONOTONIC
    std::uint64_t to_ns = 0;
    double before_ns = 0; // what the two probes say
    double after_ns = 0;
    std::uint64_t stolen_ns = 0; // from the run, by the probes in it and at its end
    bool is_main = false;        // both probes belong to the regime in which most of the run was
};

// The intervals of a run from start_ns to end_ns; probes are in order, and those without a value
// are passed over. Fewer than two: none.
std::vector<RegimeInterval> find_intervals(std::span<const CoreProbe> probes,
                                           std::uint64_t start_ns, std::uint64_t end_ns);

// Puts regimes into a result, or null with the reason.
void put_regimes(Json &result, std::span<const CoreProbe> probes, std::uint64_t start_ns,
                 std::uint64_t end_ns);

// The share of the time of regimes[] in another regime than the main one.
double share_in_other_regimes(const Json &regimes);

} // namespace tickring
