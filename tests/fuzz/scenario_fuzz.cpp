// SPDX-License-Identifier: Apache-2.0
// Any bytes as a scenario file. Every field of what is accepted has an allowed value; the rest is
// refused as bad usage.
#include "../../harness/src/error.hpp"
#include "../../harness/src/scenario.hpp"
#include "input_file.hpp"

#include <algorithm>

namespace {

using namespace tickring;
using tickring::fuzz::require;

bool is_allowed(const Scenario &scenario, const Field &field) {
    if (field.number != nullptr) {
        const auto value = scenario.*field.number;
        const bool is_unset = value == Scenario{}.*field.number || value == 0;
        return is_unset || (value >= field.min && value <= field.max);
    }
    const auto &word = scenario.*field.word;
    const bool is_unset = word == Scenario{}.*field.word;
    const auto is_chosen = std::ranges::find(field.choices, word) != field.choices.end();
    return is_unset || (!word.empty() && (field.choices.empty() || is_chosen));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    tickring::fuzz::write_file("input.toml", data, bytes);
    try {
        const Scenario scenario = read_scenario_file("input.toml");
        for (const auto &field : scenario_fields()) {
            require(is_allowed(scenario, field), "a value that is not allowed is accepted");
        }
        check_pattern(scenario);
        check_ticks(scenario);
        check_instruments(scenario);
    } catch (const Error &error) {
        require(error.exit() == Exit::kUsage, "a bad scenario is not called bad usage");
    }
    return 0;
}
