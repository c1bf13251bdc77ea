// SPDX-License-Identifier: Apache-2.0
// How long a bare cache line takes from one CPU to another and back. Nothing that two processes do
// can be faster; and in a virtual machine it is the only evidence of where its CPUs are.
#pragma once

#include "analysis.hpp"
#include "placement.hpp"

#include <cstdint>

namespace tickring {

struct CoreProbe {
    Measured rtt_ns;         // the trimmed mean of groups of 64 round trips, or why there is none
    double median_ns = 0;    // of the groups; stays put when somebody else takes a CPU meanwhile
    std::uint64_t at_ns = 0; // its end, on CLOCK_MONOTONIC
    std::uint64_t stolen_ns = 0; // CPU time that it took on the CPU that lost more
};

struct ProbeEffort {
    unsigned groups = 0;         // 1 or more
    std::uint64_t budget_ns = 0; // a side that does not find the other one there gives up after it
};

// Before and after a run, with the CPUs free.
constexpr ProbeEffort kProbeAlone{512, 1'000'000'000};
// Of one pair among many.
constexpr ProbeEffort kProbeOfMany{128, 20'000'000};
// Between participants that are running: what they lose is kept short.
constexpr ProbeEffort kProbeInside{12, 1'000'000};

// Takes both CPUs of the placement for the time that the effort tells.
CoreProbe probe_cores(const Placement &placement, const ProbeEffort &effort);

} // namespace tickring
