// SPDX-License-Identifier: Apache-2.0
// The command line of tickring, read and checked; nothing is done yet.
#pragma once

#include "floors/floors.hpp"
#include "placement.hpp"
#include "scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tickring {

enum class Command {
    kNone,
    kRun,
    kBench,
    kList,
    kEnv,
    kReport,
    kCompare,
    kSweep,
    kBreakdown,
    kGate
};

struct CommandLine {
    Command command = Command::kNone; // kNone: help or version was asked for and shown
    std::string scenario = "seed";
    Overrides overrides;
    std::optional<std::uint64_t> at_most_messages; // bench: shortens its runs
    PlacementRequest placement;
    std::string out = "results/runs";
    bool instrumented = false; // run: traces every message
    bool alternately = false;  // run: or those of every other stretch
    bool json = false;
    bool allow_debug = false;
    bool tune = false;
    FloorsExtent floors = FloorsExtent::kFull;
    std::string topology_xml;      // env: a file to write, or empty
    bool report = true;            // run, bench: draw the report of what was measured
    bool share = false;            // report: write a file to send in instead
    std::vector<std::string> runs; // report: run directories, or files result.json
    std::string run_a;             // compare: the same
    std::string run_b;
    bool unlike = false;
    std::vector<std::string> words; // sweep, breakdown, gate: read by the program that does it
    std::uint64_t timeout_ns = 20'000'000'000;
    std::uint64_t probe_every_ns = 5'000'000'000;
};

// Throws Error (usage) naming the flag, the value and what is allowed.
CommandLine parse_command_line(int argc, const char *const *argv);

} // namespace tickring
