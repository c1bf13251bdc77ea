// SPDX-License-Identifier: Apache-2.0
// Puts together result.json (schema: result.schema.json). Pure.
#pragma once

#include "json.hpp"
#include "recording.hpp"
#include "session.hpp"
#include "trace_file.hpp"

#include <optional>
#include <string>

namespace tickring {

// What is beside the recording in an instrumented run.
struct Instruments {
    Traces traces;
    double clock_read_ns = 0; // natively, on the run's clock
};

struct ResultInput {
    const RunPlan &plan;
    const RunOutcome &outcome;
    const std::optional<Recording> &recording; // nothing: the recorder left nothing usable
    const std::optional<Instruments> &instruments;
    Json project;
    Json environment;
    Json floors;
    OtherRuns others;
    std::string started_utc;
};

// The whole result except claims[], which is empty.
Json make_result(const ResultInput &input);

// What does not add up in a run that came to its end: counts of the reports against the scenario
// and the recorder (exit 4), messages with a fault (exit 1). Exit 0 and no text: all well.
struct Verification {
    Exit exit = Exit::kOk;
    std::string text;
};
Verification verify(const RunPlan &plan, const RunOutcome &outcome, const Recording &recording);

} // namespace tickring
