// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"
#include "commands.hpp"
#include "experiment.hpp"
#include "floors/floors.hpp"
#include "report.hpp"
#include "run_directory.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <iostream>
#include <map>

namespace tickring {
namespace {

// First the two that the predictions of the others are made from. Nothing but the causes of spikes
// is taken from the instrumented one. The main run is last and holds the claims of all.
constexpr const char *kTransportRun = "seed-flush-each";
constexpr const char *kReadingRun = "seed-unstamped";
constexpr const char *kMainRun = "seed";
constexpr const char *kRuns[] = {kTransportRun, kReadingRun, "seed-paced", "seed-instrumented",
                                 kMainRun};

std::vector<Scenario> bench_scenarios(const CommandLine &line, const Paths &paths) {
    std::vector<Scenario> scenarios;
    for (const char *name : kRuns) {
        auto scenario = read_scenario_file(find_scenario(name, paths.scenarios));
        scenario.messages =
            std::min(scenario.messages, line.at_most_messages.value_or(scenario.messages));
        scenarios.push_back(scenario);
    }
    return scenarios;
}

void learn(OtherRuns &others, const std::string &name, const Json &result) {
    const auto number = [&](const char *section, const char *key) {
        const auto &value = result.at(section).at(key);
        return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
    };
    if (name == kTransportRun) {
        others.transport_ns = number("windows", "steady_mean_ns");
    } else if (name == kReadingRun) {
        others.reading_ns = number("residency", "reading_ns");
    }
}

} // namespace

Exit command_bench(const CommandLine &line, const Paths &paths) {
    const auto scenarios = bench_scenarios(line, paths);
    const auto figures = read_figures(paths.published);
    Laboratory laboratory(line, paths);
    std::vector<RunPlan> plans;
    for (const auto &scenario : scenarios) {
        plans.push_back(laboratory.plan(scenario));
    }
    check_output(line.out);
    const auto core_matrix = laboratory.core_matrix();
    std::map<std::string, Json> results;
    OtherRuns others;
    Json companions = Json::object();
    for (const auto &plan : plans) {
        const auto &name = plan.scenario.name;
        auto measurement = laboratory.measure(plan, others);
        results[name] = measurement.result;
        const bool is_main = name == kMainRun;
        measurement.result["claims"] =
            is_main ? judge_all(figures, results) : judge_all(figures, {{name, results[name]}});
        if (is_main) {
            measurement.result["core_matrix"] = core_matrix;
            measurement.result.erase("core_matrix_reason");
            measurement.result["companion_runs"] = companions;
        }
        std::cerr << warning_lines(measurement.result);
        const auto folder = laboratory.keep(measurement);
        companions[name] = folder.filename().string();
        if (!measurement.trouble.empty()) {
            throw Error(measurement.exit, name, ": ", measurement.trouble);
        }
        learn(others, name, measurement.result);
        if (is_main) {
            std::cout << (line.json ? to_text(measurement.result)
                                    : claims_table(measurement.result["claims"], wants_colors()) +
                                          "\n" + floors_summary(measurement.result["floors"]));
            draw_report(line, paths, folder);
        }
    }
    return Exit::kOk;
}

} // namespace tickring
