// SPDX-License-Identifier: Apache-2.0
// Which messages of an instrumented run took too long, and why. Pure.
#pragma once

#include "breakdown.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace tickring {

enum class Cause {
    kProducerDescheduled,
    kConsumerDescheduled,
    kGcPause,
    kRingFull,
    kWake,
    kPageFault,
    kOutsideProcess,
    kClockStep,
    kUnknown
};

// In the order of the enumeration, as result.json calls them.
constexpr std::array<const char *, 9> kCauseNames = {
    "producer_descheduled", "consumer_descheduled", "gc_pause",   "ring_full", "wake",
    "page_fault",           "outside_process",      "clock_step", "unknown"};

constexpr const char *name_of(Cause cause) { return kCauseNames[static_cast<std::size_t>(cause)]; }

// Messages beyond the threshold one after the other: from when the first of them was older than it
// until the last of them was read. The stretch is on the run's clock.
struct Spike {
    std::uint64_t sent_ns = 0; // the stamp of the first of them
    std::uint64_t from_ns = 0;
    std::uint64_t to_ns = 0;
    std::uint64_t first_sequence = 0;
    std::uint64_t last_sequence = 0;
    std::uint64_t messages = 0; // beyond the threshold
    double worst_ns = 0;        // the latency of the worst of them
    double excess_ns = 0;       // of all of them, beyond the threshold
    Cause cause = Cause::kUnknown;

    [[nodiscard]] double length_ns() const { return static_cast<double>(to_ns - from_ns); }
};

// Three times the median, and 5 us at least: above whatever a batch makes a message wait, which is
// twice the median at most. journeys is not empty.
double spike_threshold_ns(std::span<const Journey> journeys);

// The spikes, by time and still without a cause. journeys are in the order of their numbers; two
// messages are of one spike when the later one was sent before the earlier one was read.
std::vector<Spike> find_spikes(std::span<const Journey> journeys, double threshold_ns);

// Names the cause of each: that which takes most of the time from its first stamp to its last
// receipt, if that comes to a fifth or more of the time beyond the threshold. "outside the process"
// is what nothing else explains half as well.
void name_causes(std::vector<Spike> &spikes, const Traces &traces);

// What the spikes of one cause come to.
struct CauseSummary {
    Cause cause = Cause::kUnknown;
    std::uint64_t count = 0;
    double share_of_time = 0; // of the time beyond the threshold, from 0 to 1
    double worst_ns = 0;
};

// All causes in the order of the enumeration, also those of no spike.
std::vector<CauseSummary> summarize_causes(std::span<const Spike> spikes);

// The cause to which a window of messages [first, first + count) owes most of its excess; nothing
// when no spike lies in it.
std::optional<Cause> cause_of_window(std::span<const Spike> spikes, std::uint64_t first,
                                     std::uint64_t count);

} // namespace tickring
