// SPDX-License-Identifier: Apache-2.0
#include "environment/use.hpp"

#include "clock.hpp"
#include "error.hpp"

#include <sstream>
#include <unistd.h>

namespace tickring {
namespace {

constexpr double kQuietSteal = 0.001; // of the time

std::uint64_t ms_per_tick() { return static_cast<std::uint64_t>(1000 / sysconf(_SC_CLK_TCK)); }

// The numbers of a line that starts with key.
std::vector<std::uint64_t> numbers_after(const SystemFiles &files, const std::string &path,
                                         const std::string &key) {
    std::istringstream in(files.value(path, key).value_or(""));
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 0; in >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

std::optional<std::uint64_t> at(const std::vector<std::uint64_t> &numbers, std::size_t place,
                                std::uint64_t unit = 1) {
    return place < numbers.size() ? std::optional(numbers[place] * unit) : std::nullopt;
}

std::vector<std::uint64_t> ticks_of(const SystemFiles &files, unsigned cpu) {
    // user nice system idle iowait irq softirq steal
    return numbers_after(files, "/proc/stat", concat("cpu", cpu, " "));
}

std::optional<std::uint64_t> steal_in(const std::vector<std::uint64_t> &ticks) {
    return at(ticks, 7, ms_per_tick());
}

// The sum of one CPU's column; the first line names the columns, each further line a source.
std::optional<std::uint64_t> interrupts_of(const SystemFiles &files, unsigned cpu) {
    std::istringstream in(files.text("/proc/interrupts").value_or(""));
    std::string line;
    std::getline(in, line);
    std::istringstream header(line);
    std::size_t column = 0;
    std::string name;
    while (header >> name && name != concat("CPU", cpu)) {
        ++column;
    }
    if (!header) {
        return std::nullopt;
    }
    std::uint64_t sum = 0;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        words >> name;
        if (name == "ERR:" || name == "MIS:") {
            continue; // of no CPU
        }
        std::uint64_t count = 0;
        for (std::size_t i = 0; i <= column && words >> count; ++i) {
            sum += i == column ? count : 0;
        }
    }
    return sum;
}

CpuUse use_of(const SystemFiles &files, unsigned cpu) {
    const auto ticks = ticks_of(files, cpu);
    return {.steal_ms = steal_in(ticks),
            .softirq_ms = at(ticks, 6, ms_per_tick()),
            .interrupts = interrupts_of(files, cpu),
            .switches = at(numbers_after(files, "/proc/schedstat", concat("cpu", cpu, " ")), 2)};
}

// What one counter grew by over all CPUs; nothing when one of them does not show it.
std::optional<std::uint64_t> grown(const SystemUse &before, const SystemUse &after,
                                   std::optional<std::uint64_t> CpuUse::*counter) {
    std::uint64_t sum = 0;
    for (const auto &[cpu, use] : after.cpus) {
        const auto earlier = before.cpus.find(cpu);
        if (earlier == before.cpus.end() || !(use.*counter) || !(earlier->second.*counter)) {
            return std::nullopt;
        }
        sum += *(use.*counter) - *(earlier->second.*counter);
    }
    return after.cpus.empty() ? std::nullopt : std::optional(sum);
}

} // namespace

std::optional<std::uint64_t> steal_ms(const SystemFiles &files, const std::vector<unsigned> &cpus) {
    std::uint64_t sum_ms = 0;
    for (const auto cpu : cpus) {
        const auto steal = steal_in(ticks_of(files, cpu));
        if (!steal) {
            return std::nullopt;
        }
        sum_ms += *steal;
    }
    return cpus.empty() ? std::nullopt : std::optional(sum_ms);
}

SystemUse system_use(const SystemFiles &files, const std::vector<unsigned> &cpus) {
    SystemUse use;
    use.at_ns = monotonic_ns();
    for (const auto cpu : cpus) {
        use.cpus[cpu] = use_of(files, cpu);
    }
    for (const char *resource : {"cpu", "memory", "io"}) {
        const auto line = files.line(concat("/proc/pressure/", resource)).value_or("");
        constexpr std::string_view kTotal = "total=";
        if (const auto place = line.find(kTotal); place != std::string::npos) {
            std::istringstream(line.substr(place + kTotal.size())) >> use.pressure_us[resource];
        }
    }
    return use;
}

void add_use(Items &items, const SystemUse &before, const SystemUse &after) {
    items.begin_group("during the run");
    const auto add_grown = [&](const char *name, const char *source,
                               std::optional<std::uint64_t> CpuUse::*counter,
                               Status status = Status::kOk, const char *advice = "") {
        if (const auto value = grown(before, after, counter)) {
            items.add(name, *value, source, status, advice);
        } else {
            items.add_not_visible(name, source);
        }
    };
    const auto steal_ms = grown(before, after, &CpuUse::steal_ms).value_or(0);
    const auto time_ns =
        static_cast<double>(after.at_ns - before.at_ns) * static_cast<double>(after.cpus.size());
    const bool is_stolen = static_cast<double>(steal_ms) * 1e6 > kQuietSteal * time_ns;
    add_grown("run_steal_ms", "/proc/stat", &CpuUse::steal_ms,
              is_stolen ? Status::kWarn : Status::kOk, "the hypervisor gave the CPUs to others");
    add_grown("run_softirq_ms", "/proc/stat", &CpuUse::softirq_ms);
    add_grown("run_interrupts", "/proc/interrupts", &CpuUse::interrupts);
    add_grown("run_switches", "/proc/schedstat", &CpuUse::switches);
    for (const char *resource : {"cpu", "memory", "io"}) {
        const auto name = concat("run_", resource, "_pressure_us");
        const auto source = concat("/proc/pressure/", resource);
        const auto earlier = before.pressure_us.find(resource);
        const auto later = after.pressure_us.find(resource);
        if (earlier == before.pressure_us.end() || later == after.pressure_us.end()) {
            items.add_not_visible(name.c_str(), source);
        } else {
            items.add(name.c_str(), later->second - earlier->second, source);
        }
    }
}

} // namespace tickring
