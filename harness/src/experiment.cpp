// SPDX-License-Identifier: Apache-2.0
#include "experiment.hpp"

#include "environment/use.hpp"
#include "floors/core_matrix.hpp"
#include "project.hpp"
#include "recording.hpp"
#include "result.hpp"
#include "run_directory.hpp"

namespace tickring {
namespace {

std::string cpu_text(const std::optional<unsigned> &cpu) {
    return cpu ? concat("CPU ", *cpu) : "any CPU";
}

// Of the messages sent, those after the last one received: the recorder could not miss them.
std::uint64_t lost_at_the_end(const RunOutcome &outcome, const Recording &recording) {
    const auto sent = outcome.producer.report->messages;
    const auto known = recording.messages_received + recording.lost;
    return sent > known ? sent - known : 0;
}

// Reads what the recorder left and checks it against the reports. A run that went wrong may have
// left less; it keeps its own trouble.
std::optional<Recording> take_recording(const RunPlan &plan, RunOutcome &outcome,
                                        Measurement &measurement) {
    try {
        auto recording = read_recording(plan.record);
        if (outcome.trouble.empty()) {
            recording.lost += lost_at_the_end(outcome, recording);
            const auto verification = verify(plan, outcome, recording);
            measurement.exit = verification.exit;
            measurement.trouble = verification.text;
            if (verification.exit == Exit::kBroken) {
                outcome.trouble = verification.text;
            }
        }
        return recording;
    } catch (const Error &error) {
        if (outcome.trouble.empty()) {
            outcome.trouble = measurement.trouble = error.what();
            measurement.exit = error.exit();
        }
        return std::nullopt;
    }
}

Instruments take_instruments(const RunPlan &plan, const Json &floors) {
    return {read_traces(plan.record, plan.scenario.clock == "monotonic"),
            floors.at("clock_read_ns").at("native").get<double>()};
}

} // namespace

Laboratory::Laboratory(const CommandLine &line, const Paths &paths)
    : line_(line), paths_(paths), participants_(paths), topology_(topology_of_this_machine()),
      floors_(paths.python, workspace_.own_endpoint(), line.floors),
      tuning_(system_files_, workspace_.folder()) {
    refuse_debug_build(is_debug_build(), line.allow_debug);
    if (tuning_.recovered() > 0) {
        progress_.phase(concat("note: put back ", tuning_.recovered(),
                               " settings that a killed run had changed"));
    }
}

void Laboratory::warn_once(const Items &items) {
    const auto names = warned_items(items);
    if (!has_warned_ && !names.empty()) {
        progress_.phase(
            concat("note: ", names, " may disturb the measurement; tickring env says how"));
    }
    has_warned_ = true;
}

RunPlan Laboratory::plan(const Scenario &scenario) const {
    RunPlan plan;
    plan.scenario = scenario;
    check_pattern(scenario);
    check_instruments(scenario);
    check_ticks(scenario);
    const auto program = program_name(scenario);
    plan.consumer = participants_.find(Role::kConsumer, scenario.consumer, program);
    plan.producer = participants_.find(Role::kProducer, scenario.producer, program);
    auto request = line_.placement;
    request.spins = scenario.wait == "spin";
    plan.placement = place(topology_, request);
    plan.allow_unpinned = request.allow_unpinned;
    plan.python = paths_.python;
    plan.endpoint = workspace_.endpoint();
    plan.record = workspace_.record();
    plan.timeout_ns = line_.timeout_ns;
    plan.probe_every_ns = line_.probe_every_ns;
    return plan;
}

Json Laboratory::core_matrix() {
    progress_.phase("measuring the way between each two CPUs");
    return core_matrix_section(topology_);
}

Measurement Laboratory::measure(RunPlan plan, const OtherRuns &others) {
    workspace_.clear();
    if (!plan.scenario.ticks.empty()) {
        progress_.phase(concat(plan.scenario.name, ": reading ", plan.scenario.ticks));
        plan.replay = prepare_replay(plan.scenario, plan.python, workspace_.ticks(), signals_);
        plan.scenario.messages = plan.replay->count;
    }
    const auto &scenario = plan.scenario;
    progress_.phase(concat(scenario.name, ": ", scenario.producer, " producer on ",
                           cpu_text(plan.placement.producer_cpu), ", ", scenario.consumer,
                           " consumer on ", cpu_text(plan.placement.consumer_cpu), " (",
                           plan.placement.relation, "), transport ", scenario.transport));
    const auto utc = utc_now();
    Measurement measurement;
    measurement.name = run_name(utc, scenario.name);
    if (line_.tune) {
        tuning_.tune(cpus_of(plan.placement));
    }
    auto items = look_around(system_files_, topology_, plan.placement);
    items.add("tuned_settings", tuning_.text(), "--tune");
    warn_once(items);
    const auto probe = probe_cores(plan.placement, kProbeAlone);
    const auto floors = floors_.measure(plan.placement, probe, scenario.clock,
                                        plan.producer.python || plan.consumer.python);
    auto outcome = run_session(plan, signals_, progress_);
    if (outcome.start_ns == 0) {
        throw Error(outcome.exit, scenario.name, ": ", outcome.trouble);
    }
    outcome.seen.probes.insert(outcome.seen.probes.begin(), probe);
    outcome.seen.probes.push_back(probe_cores(plan.placement, kProbeAlone));
    measurement.exit = outcome.exit;
    measurement.trouble = outcome.trouble;
    progress_.phase(concat(scenario.name, ": analysing"));
    add_use(items, outcome.seen.use_before, outcome.seen.use_after);
    const auto recording = take_recording(plan, outcome, measurement);
    std::optional<Instruments> instruments;
    if (scenario.instrumented) {
        instruments = take_instruments(plan, floors);
    }
    measurement.result = make_result({plan, outcome, recording, instruments, project_section(),
                                      environment_section(items), floors, others, utc});
    return measurement;
}

std::filesystem::path Laboratory::keep(const Measurement &measurement) {
    const auto folder =
        write_run_directory(line_.out, measurement.name, measurement.result, workspace_.record());
    progress_.phase(concat("written: ", folder.string()));
    return folder;
}

} // namespace tickring
