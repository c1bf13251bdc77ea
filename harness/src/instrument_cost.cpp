// SPDX-License-Identifier: Apache-2.0
#include "instrument_cost.hpp"

#include "statistics.hpp"

#include <map>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kLeftOut = 256; // at the begin of each
constexpr double kTrim = 0.2;           // at either end

double difference_ns(std::uint64_t from_ns, std::uint64_t to_ns) {
    return static_cast<double>(static_cast<std::int64_t>(to_ns - from_ns));
}

struct Stretch {
    double latency_ns = 0;
    double period_ns = 0;
};

// By its number; those that were sampled from begin to end.
std::map<std::uint64_t, Stretch> stretches_of(std::span<const Sample> samples) {
    std::map<std::uint64_t, std::vector<Sample>> all;
    for (const auto &sample : samples) {
        if (sample.sequence % kStretchMessages >= kLeftOut) {
            all[sample.sequence / kStretchMessages].push_back(sample);
        }
    }
    std::map<std::uint64_t, Stretch> stretches;
    for (const auto &[number, own] : all) {
        if (own.size() != kStretchMessages - kLeftOut) {
            continue;
        }
        std::vector<double> latencies;
        std::vector<double> periods;
        for (std::size_t i = 0; i < own.size(); ++i) {
            latencies.push_back(difference_ns(own[i].stamp_ns, own[i].receipt_ns));
            if (i > 0) {
                periods.push_back(difference_ns(own[i - 1].stamp_ns, own[i].stamp_ns));
            }
        }
        stretches[number] = {trimmed_mean(std::move(latencies), kTrim),
                             trimmed_mean(std::move(periods), kTrim)};
    }
    return stretches;
}

} // namespace

std::optional<InstrumentCost> instrument_cost(std::span<const Sample> samples) {
    const auto stretches = stretches_of(samples);
    std::vector<double> plain;
    std::vector<double> added;
    std::vector<double> periods;
    for (const auto &[number, own] : stretches) {
        const auto before = stretches.find(number - 1);
        const auto after = stretches.find(number + 1);
        if (number % 2 == 1 && before != stretches.end() && after != stretches.end()) {
            const auto grown = [&](double Stretch::*figure) {
                return (before->second.*figure + after->second.*figure) / 2 - own.*figure;
            };
            plain.push_back(own.latency_ns);
            added.push_back(grown(&Stretch::latency_ns));
            periods.push_back(grown(&Stretch::period_ns));
        }
    }
    if (plain.empty()) {
        return std::nullopt;
    }
    return InstrumentCost{trimmed_mean(std::move(plain), kTrim),
                          trimmed_mean(std::move(added), kTrim),
                          trimmed_mean(std::move(periods), kTrim)};
}

} // namespace tickring
