// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"
#include "project.hpp"

#include <gnu/libc-version.h>
#include <sstream>

namespace tickring {
namespace {

constexpr double kQuiet = 0.2; // load average of a machine on which nothing else runs

void add_mitigations(Items &items) {
    const std::string folder = "/sys/devices/system/cpu/vulnerabilities";
    std::string vulnerable;
    int mitigated = 0;
    int unaffected = 0;
    for (const auto &name : items.files().names(folder)) {
        const auto state = items.files().line(folder + "/" + name).value_or("");
        mitigated += state.starts_with("Mitigation") ? 1 : 0;
        unaffected += state.starts_with("Not affected") ? 1 : 0;
        if (state.starts_with("Vulnerable")) {
            vulnerable += (vulnerable.empty() ? "; vulnerable: " : " ") + name;
        }
    }
    if (mitigated + unaffected == 0 && vulnerable.empty()) {
        items.add_not_visible("mitigations", folder);
    } else {
        items.add("mitigations",
                  concat(mitigated, " in force, ", unaffected, " not needed", vulnerable), folder);
    }
}

} // namespace

void add_software(Items &items) {
    items.begin_group("software");
    const auto project = project_section();
    items.add("version", version_line(), "tickring");
    items.add("build_type", project.at("build_type"), "tickring",
              is_debug_build() ? Status::kWarn : Status::kOk,
              "a debug build is several times slower; measurements need one that is optimised");
    items.add("c_library", concat("glibc ", gnu_get_libc_version()), "gnu_get_libc_version");
    add_mitigations(items);
}

void add_load(Items &items) {
    items.begin_group("load");
    constexpr const char *kFile = "/proc/loadavg";
    std::istringstream in(items.files().line(kFile).value_or(""));
    double last_minute = 0;
    std::string others;
    std::string running;
    if (in >> last_minute >> others >> others >> running) {
        items.add("load_1_min", last_minute, kFile,
                  last_minute > kQuiet ? Status::kWarn : Status::kOk,
                  "something else runs, or has just run, on this machine");
        items.add("tasks_running", running, kFile);
    } else {
        items.add_not_visible("load_1_min", kFile);
        items.add_not_visible("tasks_running", kFile);
    }
}

void add_placement(Items &items, const Topology &topology, const Placement &placement) {
    items.begin_group("placement");
    std::vector<unsigned> all;
    std::vector<unsigned> allowed;
    for (const auto &cpu : topology.cpus) {
        all.push_back(cpu.index);
        if (cpu.allowed) {
            allowed.push_back(cpu.index);
        }
    }
    items.add("topology", topology.summary, "hwloc");
    items.add("cpus", cpu_list(all), "hwloc");
    items.add("allowed_cpus", cpu_list(allowed), "sched_getaffinity",
              allowed.size() < 2 ? Status::kWarn : Status::kOk,
              "two sides that spin need a CPU each");
    const auto add_cpu = [&](const char *name, const std::optional<unsigned> &cpu) {
        items.add(name, cpu ? Json(*cpu) : Json(nullptr), "placement",
                  cpu ? Status::kOk : Status::kWarn, "it may run anywhere");
    };
    add_cpu("producer_cpu", placement.producer_cpu);
    add_cpu("consumer_cpu", placement.consumer_cpu);
    const bool shared = placement.relation == "same-core" || placement.relation == "same-cpu" ||
                        placement.relation == "unpinned";
    items.add("placement", placement.relation, "hwloc", shared ? Status::kWarn : Status::kOk,
              "the two sides may take time from each other");
}

} // namespace tickring
