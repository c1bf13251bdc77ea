// SPDX-License-Identifier: Apache-2.0
// What takes the CPU away from a thread that only reads the clock: interrupts, other threads, the
// hypervisor.
#pragma once

#include "json.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tickring {

struct Noise {
    unsigned cpu = 0;
    std::uint64_t spun_ns = 0;
    std::uint64_t longest_gap_ns = 0;
    std::uint64_t gaps_over_1_us = 0;
    std::uint64_t gaps_over_10_us = 0;
    std::uint64_t gaps_over_100_us = 0;
};

constexpr std::uint64_t kNoiseOfARun_ns = 20'000'000;
constexpr std::uint64_t kNoiseOfAMachine_ns = 1'000'000'000;

// The section noise of floors: every CPU spins for so long, all at once. No CPU is given twice.
Json noise_section(const std::vector<unsigned> &cpus, std::uint64_t duration_ns);

// The same where nothing is measured.
Json noise_section_without(const std::string &why);

// Counts one distance between two reads of the clock. Pure.
void count_gap(Noise &noise, std::uint64_t gap_ns);

} // namespace tickring
