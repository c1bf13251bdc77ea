// SPDX-License-Identifier: Apache-2.0
#include "groups.hpp"

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

std::optional<GroupMeans> summarize_groups(const std::vector<std::uint64_t> &elapsed_ns,
                                           std::uint64_t operations_per_group) {
    if (elapsed_ns.empty()) {
        return std::nullopt;
    }
    std::vector<double> means;
    for (const auto group_ns : elapsed_ns) {
        means.push_back(static_cast<double>(group_ns) / static_cast<double>(operations_per_group));
    }
    const double trimmed_mean_ns = trimmed_mean(means, kTrimFraction);
    std::sort(means.begin(), means.end());
    const std::span<const double> all(means);
    return GroupMeans{
        .mean_ns = mean(all),
        .trimmed_mean_ns = trimmed_mean_ns,
        .faster_half_mean_ns = mean(all.first((all.size() + 1) / 2)),
        .min_ns = all.front(),
        .p50_ns = quantile(all, 0.5),
        .p99_ns = quantile(all, 0.99),
    };
}

} // namespace tickring
