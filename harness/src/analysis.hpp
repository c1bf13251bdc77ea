// SPDX-License-Identifier: Apache-2.0
// What the samples of a run say about where the time went. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tickring {

// One message, as samples.bin has it.
struct Sample {
    std::uint64_t sequence;
    std::uint64_t stamp_ns;
    std::uint64_t receipt_ns;
    std::uint32_t position; // messages of the same publication that came before it
    std::uint32_t reserved;
};
static_assert(sizeof(Sample) == 32);

struct Windows {
    std::optional<double> steady_mean_ns;    // the median of the means
    std::optional<double> spike_max_mean_ns; // the largest mean
    std::uint64_t spike_count = 0;           // means above twice the steady one
};

Windows summarize_windows(std::span<const double> means_ns);

// The messages of one publication, one after the other in the samples.
struct Run {
    std::size_t first = 0;
    std::size_t length = 0;
};

// The publications that the samples hold whole: from position 0 to the message before the next
// position 0, with no sequence number missing.
std::vector<Run> complete_runs(std::span<const Sample> samples);

// A value, or why there is none.
struct Measured {
    std::optional<double> value;
    std::string reason;
};

struct Residency {
    Measured effective_batch; // messages per publication: the median over the complete ones
    Measured period_ns;       // from one stamp to the next, where nothing interrupted the producer
    Measured reading_ns;      // from one receipt to the next within a publication, likewise
    Measured slope_ns_per_position;
    Measured intercept_ns;
    Measured largest_residual_ns; // of the medians from their line
    std::vector<double> by_position_p50_ns;
};

// Every value missing for one reason.
Residency no_residency(const std::string &reason);

Residency analyse_residency(std::span<const Sample> samples);

// What other runs tell of the transport; nothing of it comes from the run that is predicted.
struct OtherRuns {
    std::optional<double> transport_ns; // the steady mean of a run that publishes each message
    std::optional<double> reading_ns;   // the reading time of a run without stamps
};

// (B-1)/2 x (period + reading) + transport: on average half a batch is yet to be sent after a
// message, and half a batch is read before it.
Measured predicted_mean_ns(const Residency &residency, const OtherRuns &others);

} // namespace tickring
