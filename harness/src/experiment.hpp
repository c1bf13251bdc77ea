// SPDX-License-Identifier: Apache-2.0
// One scenario from the plan to the kept result.
#pragma once

#include "cli.hpp"
#include "environment/environment.hpp"
#include "floors/floors.hpp"
#include "json.hpp"
#include "participants.hpp"
#include "paths.hpp"
#include "progress.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "tune.hpp"
#include "workspace.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace tickring {

struct Measurement {
    Exit exit = Exit::kOk;
    std::string trouble; // empty when all went well
    std::string name;    // of the run directory
    Json result;         // claims[] is empty
};

class Laboratory {
  public:
    // Throws Error: the output folder cannot be used, another run is on.
    Laboratory(const CommandLine &line, const Paths &paths);

    // What is to be run, all of it checked. Throws Error (usage).
    [[nodiscard]] RunPlan plan(const Scenario &scenario) const;

    // How far apart the CPUs are, in two seconds at most.
    Json core_matrix();

    // Runs it. others serves the prediction. Throws Error when nothing was measured.
    Measurement measure(RunPlan plan, const OtherRuns &others);

    // Writes the run directory. Throws Error (broken).
    std::filesystem::path keep(const Measurement &measurement);

  private:
    void warn_once(const Items &items);

    const CommandLine &line_;
    Paths paths_;
    Participants participants_;
    Topology topology_;
    SystemFiles system_files_;
    bool has_warned_ = false;
    Signals signals_;
    Progress progress_;
    Workspace workspace_;
    Floors floors_;
    Tuning tuning_;
};

} // namespace tickring
