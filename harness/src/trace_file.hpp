// SPDX-License-Identifier: Apache-2.0
// What a participant of an instrumented run left: a trace (tickring/trace.h, docs/participants.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tickring {

// One message, in the order of the stream: entry n is message number n.
struct TracedMessage {
    std::uint64_t commit_ns = 0;  // producer: as its commit began
    std::uint64_t visible_ns = 0; // producer: its publication; consumer: first seen; 0: unknown
};
static_assert(sizeof(TracedMessage) == 16);

enum class EventKind : std::uint32_t {
    kFull = 1,
    kSlept = 2,
    kGap = 3,
    kClockStep = 4,
    kCollection = 16
};

struct TraceEvent {
    EventKind kind{};
    std::uint32_t reserved = 0;
    std::uint64_t from_ns = 0;
    std::uint64_t to_ns = 0;
    std::uint64_t off_cpu_ns = 0;
    std::uint32_t voluntary_switches = 0;
    std::uint32_t involuntary_switches = 0;
    std::uint32_t minor_faults = 0;
    std::uint32_t major_faults = 0;
};
static_assert(sizeof(TraceEvent) == 48);

struct Trace {
    std::vector<TracedMessage> messages;
    std::vector<TraceEvent> events;
    std::uint64_t message_count = 0; // beyond those that were kept
    std::uint64_t event_count = 0;
    std::uint64_t clock_reads_count = 0;
    std::uint64_t gap_ns = 0;
};

struct Traces {
    Trace producer;
    Trace consumer;
    std::string missing; // why there are none; empty when both are there
};

// Reads one file. Throws Error (broken) when it is not there, damaged, or of another clock.
Trace read_trace(const std::filesystem::path &file, bool monotonic);

// Both of a run; what is wrong with one of them is told in missing.
Traces read_traces(const std::filesystem::path &folder, bool monotonic);

} // namespace tickring
