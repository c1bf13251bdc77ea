// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"

namespace tickring {
namespace {

const std::string kCpus = "/sys/devices/system/cpu/";

bool is_performance(std::string_view value) { return value == "performance"; }
bool is_zero(std::string_view value) { return value == "0"; }
bool is_one(std::string_view value) { return value == "1"; }

// "POLL 0, C1 2, C6 133 (off)": the idle states of a CPU with their wake-up times.
std::string idle_states(const SystemFiles &files, unsigned cpu) {
    const auto folder = concat(kCpus, "cpu", cpu, "/cpuidle");
    std::string text;
    for (const auto &state : files.names(folder)) {
        const auto path = concat(folder, "/", state, "/");
        if (const auto name = files.line(path + "name")) {
            text += concat(text.empty() ? "" : ", ", *name, " ",
                           files.line(path + "latency").value_or("?"),
                           files.line(path + "disable").value_or("0") == "1" ? " (off)" : "");
        }
    }
    return text;
}

} // namespace

void add_frequency(Items &items, const std::vector<unsigned> &cpus) {
    items.begin_group("frequency and idling");
    const auto of_cpu = kCpus + "cpu#/cpufreq/";
    items.add_file_of(cpus, "frequency_driver", of_cpu + "scaling_driver");
    items.add_file_of(cpus, "frequency_governor", of_cpu + "scaling_governor", is_performance,
                      "the processor changes its speed with the load; performance keeps it");
    items.add_file_of(cpus, "energy_preference", of_cpu + "energy_performance_preference",
                      is_performance, "the processor saves energy; performance keeps its speed");
    items.add_file_of(cpus, "frequency_min_khz", of_cpu + "scaling_min_freq");
    items.add_file_of(cpus, "frequency_max_khz", of_cpu + "scaling_max_freq");
    items.add_file_of(cpus, "frequency_now_khz", of_cpu + "scaling_cur_freq");
    items.add_file("frequency_boost", kCpus + "cpufreq/boost", is_zero,
                   "speeds above the nominal one depend on temperature and neighbours");
    items.add_file("intel_turbo_off", kCpus + "intel_pstate/no_turbo", is_one,
                   "speeds above the nominal one depend on temperature and neighbours");
    items.add_file("amd_pstate", kCpus + "amd_pstate/status");
    items.add_file("smt_active", kCpus + "smt/active", is_zero,
                   "what runs on the other thread of a core takes half of it");
    items.add_file("idle_driver", kCpus + "cpuidle/current_driver");
    items.add_file("idle_governor", kCpus + "cpuidle/current_governor");
    const auto states = cpus.empty() ? "" : idle_states(items.files(), cpus.front());
    const auto source = kCpus + "cpu#/cpuidle";
    if (states.empty()) {
        items.add_not_visible("idle_states_us", source);
    } else {
        items.add("idle_states_us", states, source);
    }
    items.add_file("guest_halt_poll_ns", "/sys/module/haltpoll/parameters/guest_halt_poll_ns");
}

} // namespace tickring
