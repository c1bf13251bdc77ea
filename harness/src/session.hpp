// SPDX-License-Identifier: Apache-2.0
// Drives two participants through one run (docs/participants.md): consumer, producer, go, reports.
#pragma once

#include "error.hpp"
#include "observer.hpp"
#include "participants.hpp"
#include "placement.hpp"
#include "progress.hpp"
#include "protocol.hpp"
#include "replay.hpp"
#include "scenario.hpp"
#include "signals.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tickring {

struct RunPlan {
    Scenario scenario;
    Placement placement;
    bool allow_unpinned = false;
    Program consumer;
    Program producer;
    std::filesystem::path python;
    std::string endpoint;
    std::filesystem::path record;     // directory for the recorder's files and traces
    std::optional<Replay> replay;     // recorded trades are sent
    std::uint64_t timeout_ns = 0;     // per step, and for a run in which nothing happens
    std::uint64_t probe_every_ns = 0; // as Observer takes it
};

struct SideOutcome {
    std::optional<Report> report;
    std::optional<unsigned> cpu;
    bool pinned = false;
};

struct RunOutcome {
    Exit exit = Exit::kOk;
    std::string trouble;        // empty when all went well
    std::uint64_t start_ns = 0; // on the run's clock; 0: it never came to "go"
    Observations seen;
    SideOutcome consumer;
    SideOutcome producer;
};

// Never leaves a process behind. Troubles of the participants are part of the outcome; throws Error
// (broken) when the harness itself cannot go on.
RunOutcome run_session(const RunPlan &plan, Signals &signals, Progress &progress);

} // namespace tickring
