// SPDX-License-Identifier: Apache-2.0
#include "environment.hpp"

#include "error.hpp"

#include <array>
#include <ctime>
#include <fstream>
#include <iomanip>
#include <sys/utsname.h>

namespace tickring {
namespace {

void add(Json &section, const char *name, const Json &value, const std::string &source,
         const char *status) {
    section[name] = {{"value", value}, {"source", source}, {"status", status}};
}

std::string first_line(const std::string &file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// The rest of the first line of a file that starts with key, without separators.
std::string line_after(const std::string &file, const std::string &key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key)) {
            const auto start = line.find_first_not_of(" \t:=\"", key.size());
            const auto end = line.find_last_not_of(" \t\"");
            return start == std::string::npos ? "" : line.substr(start, end - start + 1);
        }
    }
    return "";
}

// A file of one line; good: what it should say, empty: anything will do.
void add_file(Json &section, const char *name, const std::string &file, const std::string &good) {
    const auto line = first_line(file);
    if (line.empty()) {
        add(section, name, nullptr, file, "not_visible");
    } else {
        add(section, name, line, file, good.empty() || line.find(good) == 0 ? "ok" : "warn");
    }
}

void add_kernel(Json &section) {
    utsname names{};
    uname(&names);
    add(section, "kernel", concat(names.sysname, " ", names.release, " ", names.machine), "uname",
        "ok");
    const auto distribution = line_after("/etc/os-release", "PRETTY_NAME");
    add(section, "distribution", distribution, "/etc/os-release",
        distribution.empty() ? "unknown" : "ok");
    add_file(section, "kernel_command_line", "/proc/cmdline", "");
    add_file(section, "boot_id", "/proc/sys/kernel/random/boot_id", "");
}

void add_processor(Json &section) {
    const std::string cpuinfo = "/proc/cpuinfo";
    const auto model = line_after(cpuinfo, "model name");
    add(section, "cpu_model", model, cpuinfo, model.empty() ? "unknown" : "ok");
    const auto flags = " " + line_after(cpuinfo, "flags") + " ";
    const bool is_guest = flags.find(" hypervisor ") != std::string::npos;
    add(section, "virtual_machine", is_guest, cpuinfo + " flag hypervisor",
        is_guest ? "warn" : "ok");
    const bool steady = flags.find(" constant_tsc ") != std::string::npos &&
                        flags.find(" nonstop_tsc ") != std::string::npos;
    add(section, "tsc_constant_and_nonstop", steady, cpuinfo + " flags", steady ? "ok" : "warn");
    const std::string cpu = "/sys/devices/system/cpu/";
    add_file(section, "frequency_governor", cpu + "cpu0/cpufreq/scaling_governor", "performance");
    add_file(section, "frequency_boost", cpu + "cpufreq/boost", "0");
    add_file(section, "smt_active", cpu + "smt/active", "0");
    add_file(section, "isolated_cpus", cpu + "isolated", "");
    add_file(section, "tickless_cpus", cpu + "nohz_full", "");
}

void add_load(Json &section) {
    const auto line = first_line("/proc/loadavg");
    std::istringstream in(line);
    double load = 0;
    if (in >> load) {
        add(section, "load_1_min", load, "/proc/loadavg", load > 0.2 ? "warn" : "ok");
    } else {
        add(section, "load_1_min", nullptr, "/proc/loadavg", "not_visible");
    }
    add_file(section, "transparent_huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled", "");
}

void add_clocks(Json &section) {
    add_file(section, "clocksource",
             "/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
    timespec resolution{};
    clock_getres(CLOCK_REALTIME, &resolution);
    add(section, "clock_realtime_resolution_ns", resolution.tv_nsec, "clock_getres", "ok");
    clock_getres(CLOCK_MONOTONIC, &resolution);
    add(section, "clock_monotonic_resolution_ns", resolution.tv_nsec, "clock_getres", "ok");
}

void add_placement(Json &section, const Topology &topology, const Placement &placement) {
    std::vector<unsigned> all;
    std::vector<unsigned> allowed;
    for (const auto &cpu : topology.cpus) {
        all.push_back(cpu.index);
        if (cpu.allowed) {
            allowed.push_back(cpu.index);
        }
    }
    add(section, "topology", topology.summary, "hwloc", "ok");
    add(section, "cpus", cpu_list(all), "hwloc", "ok");
    add(section, "allowed_cpus", cpu_list(allowed), "sched_getaffinity",
        allowed.size() < 2 ? "warn" : "ok");
    const auto add_cpu = [&](const char *name, const std::optional<unsigned> &cpu) {
        add(section, name, cpu ? Json(*cpu) : Json(nullptr), "placement", cpu ? "ok" : "warn");
    };
    add_cpu("producer_cpu", placement.producer_cpu);
    add_cpu("consumer_cpu", placement.consumer_cpu);
    const bool shared = placement.relation == "same-core" || placement.relation == "same-cpu" ||
                        placement.relation == "unpinned";
    add(section, "placement", placement.relation, "hwloc", shared ? "warn" : "ok");
}

} // namespace

Json environment_section(const Topology &topology, const Placement &placement) {
    Json section = Json::object();
    add_kernel(section);
    add_processor(section);
    add_load(section);
    add_clocks(section);
    add_placement(section, topology, placement);
    return section;
}

std::string environment_text(const Json &environment) {
    std::ostringstream out;
    for (const auto &[name, item] : environment.items()) {
        const auto &value = item.at("value");
        out << std::left << std::setw(30) << name << std::setw(13)
            << item.at("status").get<std::string>()
            << (value.is_string() ? value.get<std::string>() : value.dump()) << '\n';
    }
    return out.str();
}

} // namespace tickring
