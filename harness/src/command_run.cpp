// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"
#include "commands.hpp"
#include "experiment.hpp"
#include "report.hpp"
#include "run_directory.hpp"
#include "table.hpp"
#include "terminal.hpp"

#include <iostream>

namespace tickring {

Exit command_run(const CommandLine &line, const Paths &paths) {
    auto scenario = read_scenario_file(find_scenario(line.scenario, paths.scenarios));
    apply(scenario, line.overrides);
    if (line.instrumented) {
        instrument(scenario);
        scenario.alternates = line.alternately;
    }
    const auto figures = read_figures(paths.published);
    Laboratory laboratory(line, paths);
    const auto plan = laboratory.plan(scenario);
    check_output(line.out);
    auto measurement = laboratory.measure(plan, {});
    measurement.result["claims"] = judge_all(figures, {{scenario.name, measurement.result}});
    const auto folder = laboratory.keep(measurement);
    if (line.json) {
        std::cout << to_text(measurement.result);
    } else {
        std::cout << run_summary(measurement.result);
        if (!measurement.result["claims"].empty()) {
            std::cout << '\n' << claims_table(measurement.result["claims"], wants_colors());
        }
    }
    std::cerr << warning_lines(measurement.result);
    if (!measurement.trouble.empty()) {
        std::cerr << "tickring: " << scenario.name << ": " << measurement.trouble << '\n';
    }
    // Programs that read the result have no use for a page, nor has who interrupts a run.
    if (!line.json && measurement.exit != Exit::kInterrupted) {
        draw_report(line, paths, folder);
    }
    return measurement.exit;
}

} // namespace tickring
