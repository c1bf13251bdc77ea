// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sched.h>

namespace tickring {
namespace {

const std::string kCpus = "/sys/devices/system/cpu/";

bool is_zero(std::string_view value) { return value == "0"; }

bool is_number(const std::string &name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::isdigit(letter) != 0;
    });
}

// Files that hold an empty list are there all the same.
void add_list(Items &items, const char *name, const std::string &path) {
    if (const auto text = items.files().text(path)) {
        const auto list = items.files().line(path).value_or("none");
        items.add(name, list == "(null)" ? "none" : list, path);
    } else {
        items.add_not_visible(name, path);
    }
}

void add_interrupts(Items &items, const std::vector<unsigned> &cpus) {
    std::size_t visible = 0;
    std::size_t here = 0;
    for (const auto &number : items.files().names("/proc/irq")) {
        const auto list = items.files().line("/proc/irq/" + number + "/effective_affinity_list");
        visible += list ? 1 : 0;
        here += list && std::any_of(cpus.begin(), cpus.end(),
                                    [&](unsigned cpu) { return list_holds(*list, cpu); })
                    ? 1
                    : 0;
    }
    const std::string source = "/proc/irq/*/effective_affinity_list";
    if (visible == 0) {
        items.add_not_visible("interrupts_on_cpus", source);
    } else {
        items.add("interrupts_on_cpus", concat(here, " of ", visible), source);
    }
}

void add_irqbalance(Items &items) {
    bool is_any_visible = false;
    bool is_running = false;
    for (const auto &name : items.files().names("/proc")) {
        if (is_number(name)) {
            const auto command = items.files().line("/proc/" + name + "/comm");
            is_any_visible = is_any_visible || command;
            is_running = is_running || command == "irqbalance";
        }
    }
    if (!is_any_visible) {
        items.add_not_visible("irqbalance_running", "/proc/*/comm");
        return;
    }
    items.add("irqbalance_running", is_running, "/proc/*/comm",
              is_running ? Status::kWarn : Status::kOk,
              "it moves interrupts between CPUs, also to those of the run");
}

const char *policy_name(int policy) {
    switch (policy) {
    case SCHED_OTHER:
        return "other";
    case SCHED_FIFO:
        return "fifo";
    case SCHED_RR:
        return "rr";
    case SCHED_BATCH:
        return "batch";
    case SCHED_IDLE:
        return "idle";
    default:
        return "another";
    }
}

} // namespace

bool list_holds(std::string_view list, unsigned cpu) {
    while (!list.empty()) {
        const auto part = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), part.size() + 1));
        unsigned first = 0;
        const auto *end = part.data() + part.size();
        const auto [rest, error] = std::from_chars(part.data(), end, first);
        unsigned last = first;
        if (error == std::errc{} && rest != end) {
            std::from_chars(rest + 1, end, last);
        }
        if (error == std::errc{} && cpu >= first && cpu <= last) {
            return true;
        }
    }
    return false;
}

void add_isolation(Items &items, const std::vector<unsigned> &cpus) {
    items.begin_group("isolation");
    add_list(items, "isolated_cpus", kCpus + "isolated");
    add_list(items, "tickless_cpus", kCpus + "nohz_full");
    add_list(items, "online_cpus", kCpus + "online");
    items.add_file("workqueue_cpus", "/sys/devices/virtual/workqueue/cpumask");
    items.add_file("interrupt_affinity", "/proc/irq/default_smp_affinity");
    add_interrupts(items, cpus);
    add_irqbalance(items);
    items.add("scheduling_policy", policy_name(sched_getscheduler(0)), "sched_getscheduler");
    items.add_file("realtime_runtime_us", "/proc/sys/kernel/sched_rt_runtime_us");
    items.add_file("autogroup", "/proc/sys/kernel/sched_autogroup_enabled");
    items.add_file("numa_balancing", "/proc/sys/kernel/numa_balancing", is_zero,
                   "the kernel unmaps pages to see who uses them; 0 switches that off");
    items.add_file("timer_slack_ns", "/proc/self/timerslack_ns");
}

} // namespace tickring
