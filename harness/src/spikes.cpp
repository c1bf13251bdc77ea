// SPDX-License-Identifier: Apache-2.0
#include "spikes.hpp"

#include "evidence.hpp"

#include <algorithm>

namespace tickring {
namespace {

constexpr double kMedians = 3;
constexpr double kLeastThresholdNs = 5'000;
constexpr double kLeastShare = 0.2;    // of a spike, for a cause to be named
constexpr double kSpecificShare = 0.5; // of what seems outside the process, to be named instead

using Overlaps = std::array<double, kCauseNames.size()>;

double latency_ns(const Journey &journey) {
    return static_cast<double>(static_cast<std::int64_t>(journey.receipt_ns - journey.stamp_ns));
}

Spike begin_spike(const Journey &journey, double threshold_ns) {
    Spike spike;
    spike.sent_ns = journey.stamp_ns;
    spike.from_ns = journey.stamp_ns + static_cast<std::uint64_t>(threshold_ns);
    spike.first_sequence = journey.sequence;
    return spike;
}

void extend(Spike &spike, const Journey &journey, double threshold_ns) {
    const double latency = latency_ns(journey);
    spike.to_ns = std::max(spike.to_ns, journey.receipt_ns);
    spike.last_sequence = journey.sequence;
    ++spike.messages;
    spike.worst_ns = std::max(spike.worst_ns, latency);
    spike.excess_ns += latency - threshold_ns;
}

std::uint64_t overlap_ns(const Spike &spike, const Evidence &evidence) {
    const auto from = std::max(spike.sent_ns, evidence.from_ns);
    const auto to = std::min(spike.to_ns, evidence.to_ns);
    return to > from ? std::min(to - from, evidence.most_ns) : 0;
}

Cause largest(const Overlaps &overlaps, double length_ns) {
    constexpr auto kOutside = static_cast<std::size_t>(Cause::kOutsideProcess);
    std::size_t best = static_cast<std::size_t>(Cause::kUnknown);
    for (std::size_t cause = 0; cause < overlaps.size(); ++cause) {
        if (cause != kOutside && overlaps[cause] > overlaps[best]) {
            best = cause;
        }
    }
    if (overlaps[best] < kSpecificShare * overlaps[kOutside]) {
        best = kOutside;
    }
    return overlaps[best] > 0 && overlaps[best] >= kLeastShare * length_ns
               ? static_cast<Cause>(best)
               : Cause::kUnknown;
}

// all is ordered by its begin, and none is longer than longest_ns.
Cause cause_of(const Spike &spike, std::span<const Evidence> all, std::uint64_t longest_ns) {
    Overlaps overlaps{};
    const auto earliest = spike.sent_ns > longest_ns ? spike.sent_ns - longest_ns : 0;
    auto each = std::lower_bound(
        all.begin(), all.end(), earliest,
        [](const Evidence &evidence, std::uint64_t time_ns) { return evidence.from_ns < time_ns; });
    for (; each != all.end() && each->from_ns < spike.to_ns; ++each) {
        overlaps[static_cast<std::size_t>(each->cause)] +=
            static_cast<double>(overlap_ns(spike, *each));
    }
    return largest(overlaps, spike.length_ns());
}

} // namespace

double spike_threshold_ns(std::span<const Journey> journeys) {
    std::vector<double> latencies;
    latencies.reserve(journeys.size());
    for (const auto &journey : journeys) {
        latencies.push_back(latency_ns(journey));
    }
    const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() / 2);
    std::nth_element(latencies.begin(), middle, latencies.end());
    return std::max(kMedians * *middle, kLeastThresholdNs);
}

std::vector<Spike> find_spikes(std::span<const Journey> journeys, double threshold_ns) {
    std::vector<Spike> spikes;
    for (const auto &journey : journeys) {
        if (latency_ns(journey) <= threshold_ns) {
            continue;
        }
        if (spikes.empty() || journey.stamp_ns > spikes.back().to_ns) {
            spikes.push_back(begin_spike(journey, threshold_ns));
        }
        extend(spikes.back(), journey, threshold_ns);
    }
    return spikes;
}

void name_causes(std::vector<Spike> &spikes, const Traces &traces) {
    const auto evidence = evidence_of(traces);
    std::uint64_t longest_ns = 0;
    for (const auto &each : evidence) {
        longest_ns = std::max(longest_ns, each.to_ns - std::min(each.from_ns, each.to_ns));
    }
    for (auto &spike : spikes) {
        spike.cause = cause_of(spike, evidence, longest_ns);
    }
}

std::vector<CauseSummary> summarize_causes(std::span<const Spike> spikes) {
    std::vector<CauseSummary> summaries;
    for (std::size_t cause = 0; cause < kCauseNames.size(); ++cause) {
        summaries.push_back({static_cast<Cause>(cause)});
    }
    double all_ns = 0;
    for (const auto &spike : spikes) {
        auto &summary = summaries[static_cast<std::size_t>(spike.cause)];
        ++summary.count;
        summary.share_of_time += spike.length_ns();
        summary.worst_ns = std::max(summary.worst_ns, spike.worst_ns);
        all_ns += spike.length_ns();
    }
    for (auto &summary : summaries) {
        summary.share_of_time = all_ns > 0 ? summary.share_of_time / all_ns : 0;
    }
    return summaries;
}

std::optional<Cause> cause_of_window(std::span<const Spike> spikes, std::uint64_t first,
                                     std::uint64_t count) {
    Overlaps excess{};
    for (const auto &spike : spikes) {
        if (spike.first_sequence < first + count && spike.last_sequence >= first) {
            excess[static_cast<std::size_t>(spike.cause)] += spike.excess_ns;
        }
    }
    const auto most = std::max_element(excess.begin(), excess.end());
    return *most > 0 ? std::optional(static_cast<Cause>(most - excess.begin())) : std::nullopt;
}

} // namespace tickring
