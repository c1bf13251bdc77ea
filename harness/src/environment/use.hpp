// SPDX-License-Identifier: Apache-2.0
// What the kernel counts as time goes on, looked at before and after a run.
#pragma once

#include "environment/items.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tickring {

// Counters of one CPU; nothing: the kernel does not show them.
struct CpuUse {
    std::optional<std::uint64_t> steal_ms;
    std::optional<std::uint64_t> softirq_ms;
    std::optional<std::uint64_t> interrupts;
    std::optional<std::uint64_t> switches;
};

struct SystemUse {
    std::uint64_t at_ns = 0; // on CLOCK_MONOTONIC
    std::map<unsigned, CpuUse> cpus;
    std::map<std::string, std::uint64_t> pressure_us; // "cpu", "memory", "io": some task waited
};

SystemUse system_use(const SystemFiles &files, const std::vector<unsigned> &cpus);

// What was stolen from the CPUs together since they began; nothing: the kernel does not show it.
std::optional<std::uint64_t> steal_ms(const SystemFiles &files, const std::vector<unsigned> &cpus);

// The difference of two looks, the CPUs of the run added up.
void add_use(Items &items, const SystemUse &before, const SystemUse &after);

} // namespace tickring
