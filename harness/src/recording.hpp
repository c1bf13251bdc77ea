// SPDX-License-Identifier: Apache-2.0
// What the recorder left: recorder.json and samples.bin (docs/participants.md).
#pragma once

#include "analysis.hpp"
#include "groups.hpp"
#include "json.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace tickring {

// The keys of a latency summary beside count, negative_count and overflow_count.
constexpr const char *kLatencyKeys[] = {"min", "mean",  "p50",    "p90",
                                        "p99", "p99_9", "p99_99", "max"};

struct Recording {
    bool complete = false;
    std::uint64_t messages_received = 0;
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t reordered = 0;
    std::uint64_t torn = 0;
    std::uint64_t wrong_length = 0;
    std::uint64_t first_receipt_ns = 0;
    std::uint64_t last_receipt_ns = 0;
    std::uint64_t last_stamp_ns = 0;
    Json latency_ns; // as recorded, or null
    Json intended_latency_ns;
    Json schedule_delay_ns;
    std::optional<std::uint64_t> last_on_time_sequence; // of an open loop with stamps
    std::uint64_t first_late_due_ns = 0;                // when the message after it was due
    std::uint64_t messages_per_window = 0;
    std::vector<double> window_means_ns;
    Groups groups; // of round trips; none in a run that goes one way
    Stretches pace;
    std::vector<Sample> samples;
};

// What can go wrong with messages: the key in recorder.json and result.json, and in sentences.
struct Fault {
    const char *key;
    const char *words;
    std::uint64_t Recording::*count;
};
constexpr Fault kFaults[] = {
    {"lost", "lost", &Recording::lost},
    {"duplicated", "duplicated", &Recording::duplicated},
    {"reordered", "reordered", &Recording::reordered},
    {"torn", "torn", &Recording::torn},
    {"wrong_length", "wrong length", &Recording::wrong_length},
};

// Reads a directory. Throws Error (broken) saying which file is missing, damaged or contradicts
// another.
Recording read_recording(const std::filesystem::path &folder);

} // namespace tickring
