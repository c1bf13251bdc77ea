// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"

#include <ctime>
#include <sys/timex.h>

namespace tickring {
namespace {

const std::string kSource = "/sys/devices/system/clocksource/clocksource0/";

bool is_tsc(std::string_view value) { return value == "tsc"; }

void add_steadiness(Items &items) {
    const std::string source = "/proc/cpuinfo flags";
    const auto flags = items.files().value("/proc/cpuinfo", "flags");
    if (!flags) {
        items.add_not_visible("tsc_constant_and_nonstop", source);
        return;
    }
    const auto padded = concat(" ", *flags, " ");
    const bool steady = padded.find(" constant_tsc ") != std::string::npos &&
                        padded.find(" nonstop_tsc ") != std::string::npos;
    items.add("tsc_constant_and_nonstop", steady, source, steady ? Status::kOk : Status::kWarn,
              "the time stamp counter changes its speed or stops; clocks may be slow to read");
}

// What keeps the time right, by slewing or setting it.
void add_discipline(Items &items) {
    timex state{};
    const int answer = adjtimex(&state);
    if (answer < 0) {
        items.add_not_visible("time_synchronised", "adjtimex");
        return;
    }
    const bool synchronised = answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    items.add("time_synchronised", synchronised, "adjtimex");
    constexpr double kScale = 65536; // of the frequency, in parts per million
    items.add("time_adjustment_ppm", static_cast<double>(state.freq) / kScale, "adjtimex");
}

void add_resolution(Items &items, const char *name, clockid_t clock) {
    timespec resolution{};
    clock_getres(clock, &resolution);
    items.add(name, resolution.tv_nsec, "clock_getres");
}

} // namespace

void add_clocks(Items &items) {
    items.begin_group("clocks");
    items.add_file("clocksource", kSource + "current_clocksource", is_tsc,
                   "other sources are slower to read, some need the kernel");
    items.add_file("clocksources_available", kSource + "available_clocksource");
    add_steadiness(items);
    add_resolution(items, "clock_realtime_resolution_ns", CLOCK_REALTIME);
    add_resolution(items, "clock_monotonic_resolution_ns", CLOCK_MONOTONIC);
    add_discipline(items);
}

} // namespace tickring
