// SPDX-License-Identifier: Apache-2.0
#include "round_trips.hpp"

#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace tickring {
namespace {

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The smallest value that so large a part of them does not exceed. sorted may not be empty.
double quantile(std::span<const double> sorted, double fraction) {
    const auto rank = std::ceil(fraction * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

} // namespace

std::optional<RoundTrips> summarize_groups(const Groups &groups) {
    if (groups.elapsed_ns.empty()) {
        return std::nullopt;
    }
    std::vector<double> means;
    for (const auto elapsed_ns : groups.elapsed_ns) {
        means.push_back(static_cast<double>(elapsed_ns) /
                        static_cast<double>(groups.round_trips_per_group));
    }
    const double trimmed_mean_ns = trimmed_mean(means, kTrimFraction);
    std::sort(means.begin(), means.end());
    const std::span<const double> all(means);
    return RoundTrips{
        .mean_ns = mean(all),
        .trimmed_mean_ns = trimmed_mean_ns,
        .min_ns = all.front(),
        .p50_ns = quantile(all, 0.5),
        .p99_ns = quantile(all, 0.99),
    };
}

} // namespace tickring
