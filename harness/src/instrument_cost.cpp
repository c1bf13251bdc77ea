// SPDX-License-Identifier: Apache-2.0
#include "instrument_cost.hpp"

#include "statistics.hpp"

#include <map>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kStretchMessages = 1024; // as the participants have it
constexpr std::uint64_t kLeftOut = 256;          // at the begin of each
constexpr double kTrim = 0.2;                    // at either end

// By number of the stretch; those that were sampled from begin to end.
std::map<std::uint64_t, double> stretch_means(std::span<const Sample> samples) {
    std::map<std::uint64_t, std::vector<double>> latencies;
    for (const auto &sample : samples) {
        if (sample.sequence % kStretchMessages >= kLeftOut) {
            const auto latency = static_cast<std::int64_t>(sample.receipt_ns - sample.stamp_ns);
            latencies[sample.sequence / kStretchMessages].push_back(static_cast<double>(latency));
        }
    }
    std::map<std::uint64_t, double> means;
    for (auto &[stretch, own] : latencies) {
        if (own.size() == kStretchMessages - kLeftOut) {
            means[stretch] = trimmed_mean(std::move(own), kTrim);
        }
    }
    return means;
}

} // namespace

std::optional<InstrumentCost> instrument_cost(std::span<const Sample> samples) {
    const auto means = stretch_means(samples);
    std::vector<double> plain;
    std::vector<double> added;
    for (const auto &[stretch, mean] : means) {
        const auto before = means.find(stretch - 1);
        const auto after = means.find(stretch + 1);
        if (stretch % 2 == 1 && before != means.end() && after != means.end()) {
            plain.push_back(mean);
            added.push_back((before->second + after->second) / 2 - mean);
        }
    }
    if (plain.empty()) {
        return std::nullopt;
    }
    return InstrumentCost{trimmed_mean(std::move(plain), kTrim),
                          trimmed_mean(std::move(added), kTrim)};
}

} // namespace tickring
