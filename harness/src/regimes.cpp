// SPDX-License-Identifier: Apache-2.0
#include "regimes.hpp"

#include <algorithm>

namespace tickring {
namespace {

// Times of probes that belong together.
struct Regime {
    double low_ns = 0;
    double high_ns = 0;
    std::size_t count = 0;

    [[nodiscard]] bool holds(double rtt_ns) const { return rtt_ns >= low_ns && rtt_ns <= high_ns; }
};

// Those around the median of all are the first group; what lies below and above it is grouped in
// the same way by itself.
void group(std::span<const double> sorted, std::vector<Regime> &regimes) {
    if (sorted.empty()) {
        return;
    }
    const double middle = sorted[(sorted.size() - 1) / 2];
    const auto begin = std::lower_bound(sorted.begin(), sorted.end(), middle / kRegimeFactor);
    const auto end = std::upper_bound(sorted.begin(), sorted.end(), middle * kRegimeFactor);
    regimes.push_back({*begin, *(end - 1), static_cast<std::size_t>(end - begin)});
    const auto below = static_cast<std::size_t>(begin - sorted.begin());
    const auto above = static_cast<std::size_t>(sorted.end() - end);
    group(sorted.first(below), regimes);
    group(sorted.last(above), regimes);
}

bool lies_in(const RegimeInterval &interval, const Regime &regime) {
    return regime.holds(interval.before_ns) && regime.holds(interval.after_ns);
}

double seconds(std::uint64_t from_ns, std::uint64_t to_ns) {
    return static_cast<double>(static_cast<std::int64_t>(to_ns - from_ns)) / 1e9;
}

std::uint64_t time_in(const std::vector<RegimeInterval> &intervals, const Regime &regime) {
    std::uint64_t sum_ns = 0;
    for (const auto &interval : intervals) {
        sum_ns += lies_in(interval, regime) ? interval.to_ns - interval.from_ns : 0;
    }
    return sum_ns;
}

} // namespace

std::vector<RegimeInterval> find_intervals(std::span<const CoreProbe> probes,
                                           std::uint64_t start_ns, std::uint64_t end_ns) {
    std::vector<RegimeInterval> intervals;
    std::vector<double> times;
    const CoreProbe *last = nullptr;
    std::uint64_t stolen_ns = 0; // since the last probe that says something
    for (const auto &probe : probes) {
        stolen_ns += probe.at_ns >= start_ns && probe.at_ns < end_ns ? probe.stolen_ns : 0;
        if (!probe.rtt_ns.value) {
            continue;
        }
        times.push_back(probe.median_ns);
        if (last != nullptr) {
            intervals.push_back({std::clamp(last->at_ns, start_ns, end_ns),
                                 std::clamp(probe.at_ns, start_ns, end_ns), last->median_ns,
                                 probe.median_ns, stolen_ns, false});
        }
        last = &probe;
        stolen_ns = 0;
    }
    std::sort(times.begin(), times.end());
    std::vector<Regime> regimes;
    group(times, regimes);
    const auto main = std::max_element(
        regimes.begin(), regimes.end(), [&](const Regime &one, const Regime &other) {
            return time_in(intervals, one) < time_in(intervals, other);
        });
    for (auto &interval : intervals) {
        interval.is_main = lies_in(interval, *main);
    }
    return intervals;
}

void put_regimes(Json &result, std::span<const CoreProbe> probes, std::uint64_t start_ns,
                 std::uint64_t end_ns) {
    const auto intervals = find_intervals(probes, start_ns, std::max(start_ns, end_ns));
    if (intervals.empty()) {
        const auto missing = std::find_if(probes.begin(), probes.end(),
                                          [](const auto &probe) { return !probe.rtt_ns.value; });
        put_null(result, "regimes",
                 missing == probes.end() ? "the placement was not probed" : missing->rtt_ns.reason);
        return;
    }
    result["regimes"] = Json::array();
    for (const auto &interval : intervals) {
        Json entry;
        put(entry, "from_s", seconds(start_ns, interval.from_ns));
        put(entry, "to_s", seconds(start_ns, interval.to_ns));
        put(entry, "core_to_core_rtt_ns", (interval.before_ns + interval.after_ns) / 2);
        put(entry, "rtt_before_ns", interval.before_ns);
        put(entry, "rtt_after_ns", interval.after_ns);
        entry["probe_stolen_ns"] = interval.stolen_ns;
        entry["is_main"] = interval.is_main;
        result["regimes"].push_back(entry);
    }
}

double share_in_other_regimes(const Json &regimes) {
    double all_s = 0;
    double other_s = 0;
    for (const auto &entry : regimes) {
        const double length_s = entry.at("to_s").get<double>() - entry.at("from_s").get<double>();
        all_s += length_s;
        other_s += entry.at("is_main").get<bool>() ? 0 : length_s;
    }
    return all_s > 0 ? other_s / all_s : 0;
}

} // namespace tickring
