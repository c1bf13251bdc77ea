// SPDX-License-Identifier: Apache-2.0
#include "floors/core_matrix.hpp"

#include "clock.hpp"
#include "floors/core_probe.hpp"
#include "placement.hpp"

#include <algorithm>
#include <set>

namespace tickring {
namespace {

// Which of the hardware threads of its core a CPU is.
std::ptrdiff_t thread_of(const Topology &topology, const Cpu &cpu) {
    const auto own = std::find_if(topology.cpus.begin(), topology.cpus.end(),
                                  [&](const Cpu &other) { return other.index == cpu.index; });
    return std::count_if(topology.cpus.begin(), own,
                         [&](const Cpu &other) { return relation_of(cpu, other) == "same-core"; });
}

Json pair_entry(const Cpu &a, const Cpu &b, std::uint64_t deadline_ns) {
    Json entry;
    entry["a"] = a.index;
    entry["b"] = b.index;
    entry["relation"] = relation_of(a, b);
    Measured rtt_ns{std::nullopt, "the time for all pairs was over"};
    if (monotonic_ns() < deadline_ns) {
        rtt_ns = probe_cores({a.index, b.index, ""}, kProbeOfMany).rtt_ns;
    }
    put(entry, "rtt_ns", rtt_ns);
    return entry;
}

} // namespace

std::vector<Cpu> matrix_cpus(const Topology &topology, std::size_t most) {
    std::vector<Cpu> rest;
    std::copy_if(topology.cpus.begin(), topology.cpus.end(), std::back_inserter(rest),
                 [](const Cpu &cpu) { return cpu.allowed; });
    if (rest.size() <= most) {
        return rest;
    }
    std::vector<Cpu> chosen;
    std::set<std::string_view> relations;
    for (std::size_t place = 0; place < rest.size() && chosen.size() < most;) {
        // The first one is "same-cpu" to itself.
        if (relations.insert(relation_of(chosen.empty() ? rest[place] : chosen[0], rest[place]))
                .second) {
            chosen.push_back(rest[place]);
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
        } else {
            ++place;
        }
    }
    const auto wanted = most - chosen.size();
    for (std::size_t i = 0; i < wanted; ++i) {
        chosen.push_back(rest[i * rest.size() / wanted]);
    }
    const auto place_of = [&](const Cpu &cpu) {
        return std::find_if(topology.cpus.begin(), topology.cpus.end(),
                            [&](const Cpu &other) { return other.index == cpu.index; });
    };
    std::sort(chosen.begin(), chosen.end(),
              [&](const Cpu &a, const Cpu &b) { return place_of(a) < place_of(b); });
    return chosen;
}

Json core_matrix_section(const Topology &topology) {
    const auto deadline_ns = monotonic_ns() + kMatrixBudget_ns;
    const auto cpus = matrix_cpus(topology, kMostMatrixCpus);
    Json section;
    section["definition"] = "a bare cache line from a to b and back, trimmed mean of groups of 64 "
                            "round trips; package, core and thread by hwloc's logical numbers";
    section["cpus"] = Json::array();
    for (const auto &cpu : cpus) {
        section["cpus"].push_back({{"cpu", cpu.index},
                                   {"package", cpu.package},
                                   {"core", cpu.core},
                                   {"thread", thread_of(topology, cpu)}});
    }
    section["cpus_left_out"] = allowed_cpus(topology).size() - cpus.size();
    section["pairs"] = Json::array();
    for (std::size_t a = 0; a < cpus.size(); ++a) {
        for (std::size_t b = a + 1; b < cpus.size(); ++b) {
            section["pairs"].push_back(pair_entry(cpus[a], cpus[b], deadline_ns));
        }
    }
    return section;
}

} // namespace tickring
