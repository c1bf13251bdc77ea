// SPDX-License-Identifier: Apache-2.0
#include "floors/noise.hpp"

#include "clock.hpp"
#include "floors/pinned.hpp"

#include <algorithm>

namespace tickring {
namespace {

constexpr const char *kDefinition =
    "distances between two reads of the clock above 1 us, in a thread that does nothing else; "
    "longest_gap_ns is 0 where there was none";

Noise spin(unsigned cpu, std::uint64_t duration_ns) {
    Noise noise;
    noise.cpu = cpu;
    const auto begin_ns = monotonic_ns();
    auto last_ns = begin_ns;
    while (last_ns - begin_ns < duration_ns) {
        const auto now_ns = monotonic_ns();
        count_gap(noise, now_ns - last_ns);
        last_ns = now_ns;
    }
    noise.spun_ns = last_ns - begin_ns;
    return noise;
}

} // namespace

void count_gap(Noise &noise, std::uint64_t gap_ns) {
    if (gap_ns <= 1'000) {
        return;
    }
    noise.longest_gap_ns = std::max(noise.longest_gap_ns, gap_ns);
    ++noise.gaps_over_1_us;
    noise.gaps_over_10_us += gap_ns > 10'000 ? 1 : 0;
    noise.gaps_over_100_us += gap_ns > 100'000 ? 1 : 0;
}

Json noise_section_without(const std::string &why) {
    Json section;
    section["definition"] = kDefinition;
    put_null(section, "cpus", why);
    return section;
}

Json noise_section(const std::vector<unsigned> &cpus, std::uint64_t duration_ns) {
    std::vector<Noise> measured(cpus.size());
    const auto trouble =
        run_on_cpus(cpus, [&](std::size_t i) { measured[i] = spin(cpus[i], duration_ns); });
    if (cpus.empty() || !trouble.empty()) {
        return noise_section_without(cpus.empty() ? "the two sides have no CPUs of their own"
                                                  : trouble);
    }
    Json section;
    section["definition"] = kDefinition;
    section["cpus"] = Json::array();
    for (const auto &noise : measured) {
        section["cpus"].push_back({{"cpu", noise.cpu},
                                   {"spun_ns", noise.spun_ns},
                                   {"longest_gap_ns", noise.longest_gap_ns},
                                   {"gaps_over_1_us", noise.gaps_over_1_us},
                                   {"gaps_over_10_us", noise.gaps_over_10_us},
                                   {"gaps_over_100_us", noise.gaps_over_100_us}});
    }
    return section;
}

} // namespace tickring
