// SPDX-License-Identifier: Apache-2.0
// The lines between harness and participants (docs/participants.md). Pure.
#pragma once

#include "participants.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tickring {

enum class State { kStarting, kListening, kReady, kRunning, kReported };

struct Report {
    std::uint64_t messages = 0;
    std::uint64_t elapsed_ns = 0;
    std::uint64_t backpressure_count = 0;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t involuntary_switches = 0;
    std::uint64_t minor_faults = 0;
    std::uint64_t major_faults = 0;
    std::string end;
    std::string error; // empty with end "complete"
};

// A participant broke the contract; the text says how.
class Breach : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Reads the line of a report. Throws Breach.
Report parse_report(std::string_view line);

// The state after a line. Fills report with the last one. Throws Breach when the line does not
// belong there.
State advance(Role role, State state, std::string_view line, std::optional<Report> &report);

// Text of a participant as it may be shown: printable, at most max_bytes, one line.
std::string shown(std::string_view text, std::size_t max_bytes = 120);

} // namespace tickring
