// SPDX-License-Identifier: Apache-2.0
#include "breakdown.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tickring {
namespace {

// Subtracted as integers: a double of nanoseconds since the epoch steps by 256.
double difference_ns(std::uint64_t from_ns, std::uint64_t to_ns) {
    return static_cast<double>(static_cast<std::int64_t>(to_ns - from_ns));
}

using Time = std::uint64_t Journey::*;
constexpr std::array<Time, kParts.size() + 1> kStations = {&Journey::stamp_ns, &Journey::commit_ns,
                                                           &Journey::publish_ns, &Journey::seen_ns,
                                                           &Journey::receipt_ns};

Statistics statistics_of(std::span<const Journey> journeys, Time from, Time to) {
    std::vector<double> lengths;
    lengths.reserve(journeys.size());
    for (const auto &journey : journeys) {
        lengths.push_back(difference_ns(journey.*from, journey.*to));
    }
    const auto at = [&](double quantile) {
        // The smallest length that at least this share of them does not exceed.
        const auto rank = std::ceil(quantile * static_cast<double>(lengths.size())) - 1;
        const auto place = lengths.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 0.0));
        std::nth_element(lengths.begin(), place, lengths.end());
        return *place;
    };
    Statistics statistics;
    statistics.mean =
        std::accumulate(lengths.begin(), lengths.end(), 0.0) / static_cast<double>(lengths.size());
    statistics.p50 = at(0.5);
    statistics.p99 = at(0.99);
    return statistics;
}

} // namespace

std::vector<Journey> join(std::span<const Sample> samples, const Traces &traces) {
    const auto &sent = traces.producer.messages;
    const auto &received = traces.consumer.messages;
    std::vector<Journey> journeys;
    journeys.reserve(samples.size());
    for (const auto &sample : samples) {
        if (sample.sequence >= sent.size() || sample.sequence >= received.size()) {
            continue;
        }
        const auto &at_producer = sent[sample.sequence];
        const auto &at_consumer = received[sample.sequence];
        if (at_producer.visible_ns != 0 && at_consumer.visible_ns != 0) {
            journeys.push_back({sample.sequence, sample.stamp_ns, at_producer.commit_ns,
                                at_producer.visible_ns, at_consumer.visible_ns, sample.receipt_ns});
        }
    }
    return journeys;
}

Breakdown break_down(std::span<const Journey> journeys) {
    Breakdown breakdown;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        breakdown.parts[i] = statistics_of(journeys, kStations[i], kStations[i + 1]);
    }
    breakdown.total = statistics_of(journeys, &Journey::stamp_ns, &Journey::receipt_ns);
    return breakdown;
}

double sum_error_fraction(const Breakdown &breakdown) {
    double sum = 0;
    for (const auto &part : breakdown.parts) {
        sum += part.mean;
    }
    return breakdown.total.mean == 0 ? sum : sum / breakdown.total.mean - 1;
}

double stated_cost_ns(double effective_batch, double commit_ns, double clock_read_ns) {
    return (effective_batch + 1) / 2 * commit_ns + clock_read_ns;
}

} // namespace tickring
