// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "environment/environment.hpp"
#include "floors/core_matrix.hpp"
#include "floors/floors.hpp"
#include "floors/noise.hpp"
#include "quantity.hpp"
#include "signals.hpp"
#include "workspace.hpp"

#include <algorithm>
#include <iostream>

namespace tickring {
namespace {

void add_number(Items &items, const char *name, const Json &section, const char *key,
                const char *how) {
    const auto &value = section.at(key);
    items.add(name, value.is_null() ? section.at(std::string(key) + "_reason") : value, how,
              value.is_null() ? Status::kUnknown : Status::kOk);
}

std::string cpu_label(const Json &cpu) {
    return concat("package ", cpu.at("package"), " core ", cpu.at("core"), " thread ",
                  cpu.at("thread"));
}

void add_core_matrix(Items &items, const Json &matrix) {
    const auto label_of = [&](const Json &index) {
        const auto &cpus = matrix.at("cpus");
        return cpu_label(*std::find_if(cpus.begin(), cpus.end(),
                                       [&](const Json &cpu) { return cpu.at("cpu") == index; }));
    };
    for (const auto &pair : matrix.at("pairs")) {
        const auto name = concat("core_to_core_", pair.at("a"), "_", pair.at("b"), "_ns");
        const auto how = concat(label_of(pair.at("a")), " to ", label_of(pair.at("b")),
                                " and back, ", pair.at("relation").get<std::string>());
        add_number(items, name.c_str(), pair, "rtt_ns", how.c_str());
    }
    items.add("core_to_core_cpus_left_out", matrix.at("cpus_left_out"),
              "as near to one another as those that were measured");
}

void add_noise(Items &items, const Json &noise) {
    if (noise.at("cpus").is_null()) {
        items.add("noise", noise.at("cpus_reason"), "measured", Status::kUnknown);
        return;
    }
    for (const auto &cpu : noise.at("cpus")) {
        items.add(concat("noise_cpu_", cpu.at("cpu")).c_str(),
                  concat("longest gap ", human(cpu.at("longest_gap_ns").get<double>(), "ns"),
                         "; above 1 us: ", cpu.at("gaps_over_1_us"), ", 10 us: ",
                         cpu.at("gaps_over_10_us"), ", 100 us: ", cpu.at("gaps_over_100_us")),
                  "measured for a second");
    }
}

// What only a measurement can tell. Left out while a run is on, which it would disturb.
void add_measured(Items &items, const Paths &paths, const Topology &topology,
                  const Placement &placement) {
    items.begin_group("measured");
    try {
        const Signals signals;
        Workspace workspace;
        workspace.clear();
        const auto probe = probe_cores(placement, kProbeAlone);
        Floors floors(paths.python, workspace.own_endpoint(), FloorsExtent::kFull);
        const auto section = floors.measure(placement, probe, "realtime", true);
        add_number(items, "core_to_core_rtt_ns", section, "core_to_core_rtt_ns",
                   "a bare cache line, there and back");
        add_number(items, "clock_read_native_ns", section.at("clock_read_ns"), "native",
                   "clock_gettime");
        add_number(items, "clock_read_python_ns", section.at("clock_read_ns"), "python",
                   "time.time_ns");
        add_number(items, "clock_step_ns", section, "clock_step_ns", "clock_gettime");
        add_number(items, "null_transport_ns", section, "null_transport_ns",
                   "a ring within one thread");
        add_core_matrix(items, core_matrix_section(topology));
        add_noise(items, noise_section(allowed_cpus(topology), kNoiseOfAMachine_ns));
    } catch (const Error &error) {
        items.add("floors", error.what(), "measured", Status::kUnknown);
    }
}

} // namespace

Exit command_env(const CommandLine &line, const Paths &paths) {
    if (!line.topology_xml.empty()) {
        write_topology_xml(line.topology_xml);
    }
    const auto topology = topology_of_this_machine();
    PlacementRequest request;
    request.allow_unpinned = true; // one CPU is a fact to show, not an error
    const auto placement = place(topology, request);
    auto items = look_around(SystemFiles(), topology, placement);
    add_measured(items, paths, topology, placement);
    if (line.json) {
        std::cout << to_text(environment_section(items));
    } else {
        std::cout << environment_text(items) << '\n' << findings_text(items);
    }
    return Exit::kOk;
}

} // namespace tickring
