// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"
#include "commands.hpp"
#include "experiment.hpp"
#include "run_directory.hpp"
#include "table.hpp"

#include <algorithm>
#include <iostream>
#include <map>

namespace tickring {
namespace {

// The transport is measured first: the predictions of the others need it. The main run is last and
// holds the claims of all.
constexpr const char *kTransportRun = "seed-flush-each";
constexpr const char *kMainRun = "seed";
constexpr const char *kRuns[] = {kTransportRun, "seed-unstamped", "seed-paced", kMainRun};

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

std::optional<double> steady_mean_ns(const Json &result) {
    const auto &mean = result.at("windows").at("steady_mean_ns");
    return mean.is_number() ? std::optional(mean.get<double>()) : std::nullopt;
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
    std::map<std::string, Json> results;
    std::optional<double> transport_ns;
    Json companions = Json::object();
    for (const auto &plan : plans) {
        const auto &name = plan.scenario.name;
        auto measurement = laboratory.measure(plan, transport_ns);
        results[name] = measurement.result;
        const bool is_main = name == kMainRun;
        measurement.result["claims"] =
            is_main ? judge_all(figures, results) : judge_all(figures, {{name, results[name]}});
        if (is_main) {
            measurement.result["companion_runs"] = companions;
        }
        companions[name] = laboratory.keep(measurement).filename().string();
        if (!measurement.trouble.empty()) {
            throw Error(measurement.exit, name, ": ", measurement.trouble);
        }
        if (name == kTransportRun) {
            transport_ns = steady_mean_ns(measurement.result);
        }
        if (is_main) {
            std::cout << (line.json ? to_text(measurement.result)
                                    : claims_table(measurement.result["claims"]));
        }
    }
    return Exit::kOk;
}

} // namespace tickring
