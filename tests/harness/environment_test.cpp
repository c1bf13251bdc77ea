// SPDX-License-Identifier: Apache-2.0
#include "environment/environment.hpp"

#include "described_files.hpp"
#include "environment/sections.hpp"
#include "environment/use.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace tickring {
namespace {

Items items_of(const DescribedFiles &machine) {
    Topology topology;
    topology.cpus.resize(2);
    topology.cpus[1].index = 2;
    topology.cpus[0].allowed = topology.cpus[1].allowed = true;
    return look_around(machine.files(), topology, {0, 2, "same-l3"});
}

Json section_of(const Files &files) {
    const DescribedFiles machine(files);
    return environment_section(items_of(machine));
}

std::string status_of(const Json &section, const char *name) {
    return section.at(name).at("status");
}

TEST(Environment, OfALaptopWarnsOfWhatChangesItsSpeed) {
    const auto laptop = section_of(kLaptop);
    EXPECT_EQ(laptop.at("hardware").at("value"), "LENOVO 82RB");
    EXPECT_EQ(laptop.at("frequency_driver").at("value"), "intel_pstate");
    EXPECT_EQ(laptop.at("frequency_governor").at("value"),
              "performance (CPU 2); powersave (CPU 0)");
    EXPECT_EQ(status_of(laptop, "frequency_governor"), "warn");
    EXPECT_EQ(status_of(laptop, "intel_turbo_off"), "warn");
    EXPECT_EQ(status_of(laptop, "smt_active"), "warn");
    EXPECT_EQ(status_of(laptop, "transparent_huge_pages"), "warn");
    EXPECT_EQ(status_of(laptop, "irqbalance_running"), "warn");
}

TEST(Environment, OfALaptopTakesForGoodWhatIsGood) {
    const auto laptop = section_of(kLaptop);
    for (const char *name : {"clocksource", "tsc_constant_and_nonstop", "virtual_machine",
                             "container", "load_1_min", "cgroup_cpu_max"}) {
        EXPECT_EQ(status_of(laptop, name), "ok") << name;
    }
    EXPECT_EQ(laptop.at("idle_states_us").at("value"), "POLL 0, C10 680 (off)");
    EXPECT_EQ(laptop.at("isolated_cpus").at("value"), "none");
    EXPECT_EQ(laptop.at("interrupts_on_cpus").at("value"), "1 of 2");
    EXPECT_EQ(laptop.at("mitigations").at("value"),
              "1 in force, 1 not needed; vulnerable: retbleed");
}

TEST(Environment, OfAVirtualMachineSaysSoAndWarnsOfItsClock) {
    const auto machine = section_of(kVirtualMachine);
    EXPECT_EQ(machine.at("virtual_machine").at("value"), true);
    EXPECT_EQ(status_of(machine, "virtual_machine"), "warn");
    EXPECT_EQ(status_of(machine, "clocksource"), "warn");
    EXPECT_EQ(status_of(machine, "tsc_constant_and_nonstop"), "warn");
    EXPECT_EQ(status_of(machine, "load_1_min"), "warn");
    EXPECT_EQ(status_of(machine, "transparent_huge_pages"), "ok");
}

TEST(Environment, OfAContainerSaysSoAndWarnsOfItsShare) {
    const auto container = section_of(kContainer);
    EXPECT_EQ(container.at("container").at("value"), "docker");
    EXPECT_EQ(container.at("cgroup_cpu_max").at("value"), "50000 100000");
    EXPECT_EQ(status_of(container, "cgroup_cpu_max"), "warn");
}

TEST(Environment, OfWslSaysSo) {
    const auto wsl = section_of(kWsl);
    EXPECT_EQ(wsl.at("container").at("value"), "wsl");
    EXPECT_EQ(status_of(wsl, "container"), "warn");
}

TEST(Environment, CallsOtherContainersByTheirNames) {
    EXPECT_EQ(section_of({{"run/.containerenv", ""}}).at("container").at("value"), "podman");
    EXPECT_EQ(section_of({{"run/systemd/container", "lxc\n"}}).at("container").at("value"), "lxc");
    const std::string environ("HOME=/\0container=nspawn\0", 24);
    EXPECT_EQ(section_of({{"proc/1/environ", environ}}).at("container").at("value"), "nspawn");
}

TEST(Environment, IsNotCertainOfAContainerThatItCannotLookFor) {
    const auto container = section_of({}).at("container");
    EXPECT_EQ(container.at("status"), "unknown");
}

// Without any file nothing that comes from one may be called good or bad.
TEST(Environment, OfFilesThatAreNotThereIsNotVisible) {
    const auto section = section_of({});
    std::size_t hidden = 0;
    for (const auto &[name, item] : section.items()) {
        const std::string source = item.at("source");
        if (source.starts_with("/proc") || source.starts_with("/sys") ||
            source.starts_with("control group")) {
            EXPECT_EQ(item.at("status"), "not_visible") << name;
            EXPECT_TRUE(item.at("value").is_null()) << name;
            ++hidden;
        }
    }
    EXPECT_GT(hidden, 30U);
}

TEST(Environment, KeepsTheNameOfItsControlGroupToItself) {
    EXPECT_EQ(section_of(kLaptop).dump().find("user.slice"), std::string::npos);
}

TEST(EnvironmentText, StaysWithinEightyColumnsAndMarksWarnings) {
    const DescribedFiles machine(kLaptop);
    std::istringstream lines(environment_text(items_of(machine)));
    bool is_marked = false;
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U) << line;
        is_marked = is_marked || line.starts_with("! smt_active ");
    }
    EXPECT_TRUE(is_marked);
}

TEST(Findings, NameEachWarningWithAdviceAndWhatIsHidden) {
    const DescribedFiles machine(kVirtualMachine);
    const auto text = findings_text(items_of(machine));
    EXPECT_NE(text.find("WARN    clocksource is kvm-clock: "), std::string::npos);
    EXPECT_NE(text.find("INFO    not visible from here"), std::string::npos);
    EXPECT_NE(text.find("frequency_governor"), std::string::npos);
}

TEST(CpuLists, TellWhetherTheyHoldACpu) {
    EXPECT_TRUE(list_holds("0-3,8", 2));
    EXPECT_TRUE(list_holds("0-3,8", 8));
    EXPECT_FALSE(list_holds("0-3,8", 4));
    EXPECT_FALSE(list_holds("", 0));
}

const Files kBefore = {
    {"proc/stat", "cpu  9 9 9 9 9 9 9 9\ncpu0 1 1 1 1 1 1 4 10\ncpu2 1 1 1 1 1 1 5 20\n"},
    {"proc/interrupts", "       CPU0  CPU2\n  0:   5  7  timer\nLOC: 10 20 Local\nERR: 3\n"},
    {"proc/schedstat", "version 15\ncpu0 0 0 100 4 5\ncpu2 0 0 200 4 5\n"},
    {"proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000\n"},
};

Files after_the_run() {
    auto files = kBefore;
    files["proc/stat"] = "cpu0 1 1 1 1 1 1 6 12\ncpu2 1 1 1 1 1 1 5 21\n";
    files["proc/interrupts"] = "       CPU0  CPU2\n  0:   6  7  timer\nLOC: 12 25 Local\nERR: 9\n";
    files["proc/schedstat"] = "version 15\ncpu0 0 0 103 4 5\ncpu2 0 0 204 4 5\n";
    files["proc/pressure/cpu"] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500\n";
    return files;
}

TEST(UseDuringARun, IsTheGrowthOfTheCountersOfItsCpus) {
    const DescribedFiles before(kBefore);
    const DescribedFiles after(after_the_run());
    Items items(after.files());
    const auto first = system_use(before.files(), {0, 2});
    const auto last = system_use(after.files(), {0, 2});
    add_use(items, first, last);
    const auto section = environment_section(items);
    EXPECT_EQ(section.at("run_steal_ms").at("value"), 30);
    EXPECT_EQ(section.at("run_steal_ms").at("status"), "warn");
    EXPECT_EQ(section.at("run_softirq_ms").at("value"), 20);
    EXPECT_EQ(section.at("run_interrupts").at("value"), 8);
    EXPECT_EQ(section.at("run_switches").at("value"), 7);
    EXPECT_EQ(section.at("run_cpu_pressure_us").at("value"), 500);
    EXPECT_EQ(section.at("run_io_pressure_us").at("status"), "not_visible");
}

TEST(UseDuringARun, WithoutCountersIsNotVisible) {
    const DescribedFiles nothing({});
    Items items(nothing.files());
    const auto use = system_use(nothing.files(), {0, 2});
    add_use(items, use, use);
    for (const auto &item : items.all()) {
        EXPECT_EQ(item.status, Status::kNotVisible) << item.name;
    }
}

TEST(UseDuringARun, WithoutStealHasNoWarning) {
    const DescribedFiles machine(kBefore);
    Items items(machine.files());
    const auto use = system_use(machine.files(), {0, 2});
    add_use(items, use, use);
    EXPECT_EQ(environment_section(items).at("run_steal_ms").at("status"), "ok");
}

} // namespace
} // namespace tickring
