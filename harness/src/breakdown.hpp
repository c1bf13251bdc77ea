// SPDX-License-Identifier: Apache-2.0
// What the latency of an instrumented run consists of, part by part. Pure.
#pragma once

#include "analysis.hpp"
#include "trace_file.hpp"

#include <array>
#include <span>
#include <vector>

namespace tickring {

// A message with everything that is known of its way.
struct Journey {
    std::uint64_t sequence = 0;
    std::uint64_t stamp_ns = 0;
    std::uint64_t commit_ns = 0;
    std::uint64_t publish_ns = 0;
    std::uint64_t seen_ns = 0;
    std::uint64_t receipt_ns = 0;
};

// The sampled messages that both traces hold, by their number. Without gaps in what the consumer
// got the n-th message is number n; the caller has looked.
std::vector<Journey> join(std::span<const Sample> samples, const Traces &traces);

struct Statistics {
    double mean = 0;
    double p50 = 0;
    double p99 = 0;
};

// The parts in the order of the way, and how each is called in result.json.
constexpr std::array<const char *, 4> kParts = {"stamp_to_commit", "commit_to_publish",
                                                "publish_to_seen", "seen_to_read"};

struct Breakdown {
    std::array<Statistics, kParts.size()> parts;
    Statistics total; // receipt - stamp of the same messages
};

// Of at least one journey.
Breakdown break_down(std::span<const Journey> journeys);

// How far the means of the parts add up to another total than that of the messages: 0 but for
// rounding, unless something is counted twice or not at all.
double sum_error_fraction(const Breakdown &breakdown);

// What a trace adds to the mean latency, by the model of residency: a message waits for what its
// own commit takes longer, and flat out for that of those that its batch is filled with, half of
// them on average; and for the look at the clock of the consumer that first saw its batch.
double stated_cost_ns(double effective_batch, double commit_ns, double clock_read_ns);

} // namespace tickring
