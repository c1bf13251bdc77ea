// SPDX-License-Identifier: Apache-2.0
#include "cli.hpp"

#include "error.hpp"
#include "project.hpp"
#include "values.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

namespace tickring {
namespace {

constexpr std::uint64_t kMaxCpu = 1'048'575;
constexpr std::uint64_t kMaxMessages = 4'294'967'295;
constexpr std::uint64_t kMinTimeoutNs = 100'000'000;
constexpr std::uint64_t kMaxTimeoutNs = 86'400'000'000'000;

// An option whose value is checked here and not by the library, so that every refusal reads alike.
void add_text(CLI::App *app, const std::string &flag, const std::string &help,
              std::function<void(const std::string &)> take) {
    app->add_option_function<std::string>(flag, std::move(take), help)->type_name("");
}

void add_scenario_flags(CLI::App *app, CommandLine &line) {
    for (const auto &field : scenario_fields()) {
        const auto help = std::string(field.help) + ": " + allowed_values(field);
        add_text(app, std::string(field.flag), help, [&line, &field](const std::string &text) {
            line.overrides.emplace_back(&field, text);
        });
    }
}

void add_placement_flags(CLI::App *app, CommandLine &line) {
    const auto add_cpu = [&](const char *flag, const char *help, std::optional<unsigned> &cpu) {
        add_text(app, flag, help, [flag, &cpu](const std::string &text) {
            cpu = static_cast<unsigned>(parse_count(flag, text, 0, kMaxCpu));
        });
    };
    add_cpu("--producer-cpu", "run the producer on this CPU", line.placement.producer_cpu);
    add_cpu("--consumer-cpu", "run the consumer on this CPU", line.placement.consumer_cpu);
    std::string names;
    for (const auto name : placement_names()) {
        names.append(names.empty() ? "" : " ").append(name);
    }
    add_text(app, "--placement", "how close the two CPUs are: " + names,
             [&line, names](const std::string &text) {
                 const auto &all = placement_names();
                 if (std::find(all.begin(), all.end(), text) == all.end()) {
                     refuse_value("--placement", text, "one of " + names);
                 }
                 line.placement.relation = text;
             });
    app->add_flag("--allow-unpinned", line.placement.allow_unpinned,
                  "go on when a pin fails, and say so in the result");
    app->add_flag("--tune", line.tune,
                  "set governor, huge pages and NUMA balancing for the run, then put them back");
    app->add_flag("--allow-debug", line.allow_debug, "measure with a debug build");
    add_text(app, "--probe-every-s", "how often the placement is probed inside a run; 0: never",
             [&line](const std::string &text) {
                 line.probe_every_ns = parse_seconds_ns("--probe-every-s", text, 0, kMaxTimeoutNs);
             });
}

void add_floors_flag(CLI::App *app, CommandLine &line) {
    add_text(app, "--floors",
             "full short: what is measured before the run; short leaves out Python's clock, the "
             "null transport and the noise, so that the run begins sooner",
             [&line](const std::string &text) {
                 if (text != "full" && text != "short") {
                     refuse_value("--floors", text, "one of full short");
                 }
                 line.floors = text == "full" ? FloorsExtent::kFull : FloorsExtent::kShort;
             });
}

void add_out_flag(CLI::App *app, CommandLine &line, const char *help) {
    app->add_option("--out", line.out, help)->type_name("DIR")->capture_default_str();
}

void add_output_flags(CLI::App *app, CommandLine &line) {
    add_out_flag(app, line, "make the run directories in here");
    app->add_flag("--json", line.json, "the result on stdout, all else on stderr");
    app->add_flag("!--no-report", line.report, "leave out report.html and its plots");
    add_text(app, "--timeout-s", "give up when nothing happens for so long",
             [&line](const std::string &text) {
                 line.timeout_ns =
                     parse_seconds_ns("--timeout-s", text, kMinTimeoutNs, kMaxTimeoutNs);
             });
}

// Its words, --help among them, are for the program that does it.
void add_series(CLI::App &app, CommandLine &line, Command command, const char *name,
                const char *help) {
    auto *series = app.add_subcommand(name, help);
    series->set_help_flag();
    series->prefix_command();
    series->callback([series, command, &line] {
        line.command = command;
        line.words = series->remaining();
    });
}

void add_commands(CLI::App &app, CommandLine &line) {
    auto *run = app.add_subcommand("run", "measure one scenario and write a run directory");
    run->add_option("scenario", line.scenario, "a name that tickring list shows, or a .toml file")
        ->type_name("SCENARIO|FILE.toml")
        ->capture_default_str();
    add_scenario_flags(run, line);
    run->add_flag("--instrumented", line.instrumented,
                  "have both sides trace every message: what its latency consists of");
    run->add_flag("--alternately", line.alternately,
                  "with --instrumented: trace every other 1,024 messages, and say what it adds")
        ->needs("--instrumented");
    add_placement_flags(run, line);
    add_floors_flag(run, line);
    add_output_flags(run, line);
    run->footer("Examples:\n"
                "  tickring run seed-paced --messages 100000\n"
                "  tickring run seed --transport uds --producer c --json | jq .latency_ns.p50");
    run->callback([&line] { line.command = Command::kRun; });

    auto *bench = app.add_subcommand("bench", "reproduce the published run: all seed scenarios");
    add_text(bench, "--messages", "shorten every run to so many messages",
             [&line](const std::string &text) {
                 line.at_most_messages = parse_count("--messages", text, 1, kMaxMessages);
             });
    add_placement_flags(bench, line);
    add_output_flags(bench, line);
    bench->callback([&line] { line.command = Command::kBench; });

    auto *list = app.add_subcommand("list", "show the scenarios and the participants found");
    list->callback([&line] { line.command = Command::kList; });

    auto *env = app.add_subcommand("env", "show what is known of this machine");
    env->add_flag("--json", line.json, "as JSON");
    env->add_option("--topology-xml", line.topology_xml, "write the topology, as hwloc has it")
        ->type_name("FILE");
    env->callback([&line] { line.command = Command::kEnv; });

    auto *report = app.add_subcommand("report", "draw runs: a page and its figures");
    report->add_option("RUN", line.runs, "directories of runs, sweeps or peers, or their JSON")
        ->type_name("")
        ->required();
    add_out_flag(report, line, "for several: make the directory of the report in here");
    report->add_flag("--share", line.share,
                     "instead write one small file without names and paths into --out, by default "
                     "results/hosts");
    report->footer("Examples:\n"
                   "  tickring report results/runs/NAME\n"
                   "  tickring report results/runs/A results/runs/B results/peers/peers.json\n"
                   "  tickring report --share results/runs/NAME");
    report->callback([report, &line] {
        line.command = Command::kReport;
        if (line.share && report->count("--out") == 0) {
            line.out = "results/hosts";
        }
    });

    auto *compare = app.add_subcommand("compare", "show two runs side by side; judges nothing");
    compare->add_option("A", line.run_a, "a run directory, or its result.json")
        ->type_name("")
        ->required();
    compare->add_option("B", line.run_b, "another one; ratios are B/A")->type_name("")->required();
    compare->add_flag("--unlike", line.unlike, "also when their scenarios differ");
    compare->add_flag("--json", line.json, "as JSON");
    compare->footer("Example:\n  tickring compare results/runs/A results/runs/B");
    compare->callback([&line] { line.command = Command::kCompare; });

    add_series(app, line, Command::kSweep, "sweep", "what a message costs when something grows");
    add_series(app, line, Command::kBreakdown, "breakdown",
               "what the latency consists of, and what it costs to know");
    add_series(app, line, Command::kGate, "gate", "whether a change made something slower");
}

} // namespace

CommandLine parse_command_line(int argc, const char *const *argv) {
    CommandLine line;
    CLI::App app("Measures message passing between two processes.", "tickring");
    app.set_version_flag("--version", version_line());
    app.require_subcommand(0, 1);
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_commands(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        if (error.get_exit_code() == 0) {
            app.exit(error);
            line.command = Command::kNone;
            return line;
        }
        throw Error(Exit::kUsage, error.what(), "; see tickring --help");
    }
    if (line.command == Command::kNone) {
        throw Error(Exit::kUsage, "a subcommand is needed: run, bench, list, env, report, compare, "
                                  "sweep, breakdown or gate; see --help");
    }
    return line;
}

} // namespace tickring
