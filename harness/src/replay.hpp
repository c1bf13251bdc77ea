// SPDX-License-Identifier: Apache-2.0
// Recorded trades: a Python program reads and checks the file of a scenario and prepares it for the
// participants (docs/participants.md, "Recorded trades").
#pragma once

#include "scenario.hpp"
#include "signals.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tickring {

struct Replay {
    std::filesystem::path prepared; // what the participants are given
    std::uint64_t count = 0;        // trades to send
    std::uint64_t length_ns = 0;    // from the first of them to the last, as they are sent
    std::uint64_t trades = 0;       // in the file
    std::string kind;               // csv or parquet
    std::string sha256;             // of the file
};

// Writes prepared. Throws Error: usage with the line that is wrong, broken, or interrupted when a
// signal comes; prepared is then not there.
Replay prepare_replay(const Scenario &scenario, const std::filesystem::path &python,
                      const std::filesystem::path &prepared, Signals &signals);

} // namespace tickring
