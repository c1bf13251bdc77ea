// SPDX-License-Identifier: Apache-2.0
// What is to be measured: built-in values, overridden by a scenario file, overridden by flags.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickring {

struct Scenario {
    std::string name;
    std::string description;
    std::string pattern = "one-way";
    std::string transport = "ring";
    std::string producer = "python";
    std::string consumer = "rust";
    std::uint64_t messages = 500'000; // 0: until duration_ns is over
    std::uint64_t duration_ns = 0;    // 0: no limit
    std::uint64_t payload_bytes = 32;
    std::uint64_t capacity_bytes = 1 << 20;
    std::uint64_t publish_every = 1;
    std::uint64_t flush_every = 0;
    std::uint64_t rate_per_s = 0;            // 0: closed loop
    std::uint64_t sample_capacity = 1 << 20; // messages that the recorder keeps one by one at most
    std::string wait = "spin";
    std::string clock = "realtime";
    std::string stamp = "time_ns";
    std::string contents = "tick";
    std::string api = "reference";
    bool instrumented = false; // both sides trace every message
    bool alternates = false;   // or those of every other stretch; says what tracing adds
    std::string ticks;         // a file of recorded trades to send; empty: the workload
    std::string ticks_columns; // which of its columns hold what; empty: those of the fields' names
    std::uint64_t speed_millionths = 1'000'000; // of the trades' own pacing

    // Fields that flags set to something else than the scenario file has; a shorter or longer run
    // is the same workload and does not count.
    std::vector<std::string> changed;
};

// One value of a scenario: how it is called in a file and on the command line, and what it may be.
struct Field {
    enum class Kind { kCount, kPowerOfTwo, kSeconds, kFactor, kChoice, kName, kText };

    std::string_view key;
    std::string_view flag;
    std::string_view help;
    Kind kind;
    std::uint64_t Scenario::*number;
    std::string Scenario::*word;
    std::uint64_t min;
    std::uint64_t max;
    std::vector<std::string_view> choices;
};

std::span<const Field> scenario_fields();

// What a field may be, in words.
std::string allowed_values(const Field &field);

// Sets a field from text. where names the value in an error: "--messages", "seed.toml:3: messages".
// Throws Error (usage).
void assign(Scenario &scenario, const Field &field, std::string_view text, std::string_view where);

using Overrides = std::vector<std::pair<const Field *, std::string>>;

// Reads a scenario file: TOML with the keys of scenario_fields(), "description" and "instrumented".
// Throws Error (usage) with file and line.
Scenario read_scenario_file(const std::filesystem::path &file);

// The scenario called name in folder, or the file when name has a slash or ends in .toml.
// Throws Error (usage) with the names that there are.
std::filesystem::path find_scenario(const std::string &name, const std::filesystem::path &folder);

// Whether messages only go from the producer to the consumer.
bool is_one_way(const Scenario &scenario);

// What the files of the participants are called: the transport, and behind it the pattern when that
// is not one-way.
std::string program_name(const Scenario &scenario);

// Throws Error (usage) when two fields do not go together.
void check_pattern(const Scenario &scenario);
void check_ticks(const Scenario &scenario);

// Throws Error (usage) when the scenario cannot be instrumented.
void check_instruments(const Scenario &scenario);

// Has the scenario instrumented, and notes it when that changes it.
void instrument(Scenario &scenario);

// Applies flags to a scenario and notes what they changed.
void apply(Scenario &scenario, const Overrides &overrides);

} // namespace tickring
