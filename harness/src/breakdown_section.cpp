// SPDX-License-Identifier: Apache-2.0
#include "breakdown_section.hpp"

namespace tickring {
namespace {

Json statistics_section(const Statistics &statistics) {
    Json section;
    put(section, "mean", statistics.mean);
    put(section, "p50", statistics.p50);
    put(section, "p99", statistics.p99);
    return section;
}

Json instruments_section(const Measured &batch, double clock_read_ns,
                         const std::optional<InstrumentCost> &cost) {
    Json section;
    put(section, "clock_read_ns", clock_read_ns);
    Measured stated{std::nullopt, batch.reason};
    if (batch.value) {
        const double commit_ns = cost ? cost->period_ns : clock_read_ns;
        stated.value = stated_cost_ns(*batch.value, commit_ns, clock_read_ns);
    }
    put(section, "stated_cost_ns", stated);
    if (cost) {
        put(section, "plain_mean_ns", cost->plain_ns);
        put(section, "added_ns", cost->added_ns);
        put(section, "period_growth_ns", cost->period_ns);
    } else {
        constexpr const char *kWhy = "no stretches with and without instruments to compare";
        put_null(section, "plain_mean_ns", kWhy);
        put_null(section, "added_ns", kWhy);
        put_null(section, "period_growth_ns", kWhy);
    }
    return section;
}

} // namespace

Json breakdown_section(std::span<const Journey> journeys, const Measured &batch,
                       double clock_read_ns, const std::optional<InstrumentCost> &cost) {
    const auto breakdown = break_down(journeys);
    Json section;
    section["messages"] = journeys.size();
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        section[kParts[i]] = statistics_section(breakdown.parts[i]);
    }
    section["total"] = statistics_section(breakdown.total);
    put(section, "sum_error_fraction", sum_error_fraction(breakdown));
    section["instruments"] = instruments_section(batch, clock_read_ns, cost);
    return section;
}

} // namespace tickring
