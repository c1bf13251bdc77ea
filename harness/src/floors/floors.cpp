// SPDX-License-Identifier: Apache-2.0
#include "floors/floors.hpp"

#include "error.hpp"
#include "floors/noise.hpp"
#include "floors/null_transport.hpp"
#include "floors/pinned.hpp"
#include "quantity.hpp"

namespace tickring {
namespace {

struct OfOneThread {
    ClockCost clock;
    Measured null_transport_ns;
};

constexpr const char *kLeftOut = "left out by --floors short";

// On the consumer's CPU where it has one: there the receipts are stamped.
OfOneThread measure_thread(const Placement &placement, const std::string &path, clockid_t clock,
                           FloorsExtent extent) {
    OfOneThread measured{{}, {{}, kLeftOut}};
    const auto work = [&](std::size_t) {
        measured.clock = measure_clock(clock);
        if (extent == FloorsExtent::kFull) {
            measured.null_transport_ns = measure_null_transport(path, clock);
        }
    };
    if (!placement.consumer_cpu || !run_on_cpus({*placement.consumer_cpu}, work).empty()) {
        work(0);
    }
    return measured;
}

std::string text_at(const Json &section, const char *key) {
    const auto &value = section.at(key);
    return value.is_null() ? "-" : human(value.get<double>(), "ns");
}

std::string noise_text(const Json &noise) {
    if (noise.at("cpus").is_null()) {
        return concat("not measured: ", noise.at("cpus_reason").get<std::string>());
    }
    std::string text;
    for (const auto &cpu : noise.at("cpus")) {
        text +=
            concat(text.empty() ? "" : "\n            ", "CPU ", cpu.at("cpu"), ": longest gap ",
                   text_at(cpu, "longest_gap_ns"), ", ", cpu.at("gaps_over_10_us"), " above 10 us");
    }
    return text;
}

} // namespace

Json Floors::measure(const Placement &placement, const CoreProbe &probe, const std::string &clock,
                     bool with_python) {
    const auto is_full = extent_ == FloorsExtent::kFull;
    const auto of_thread = measure_thread(
        placement, path_, clock == "monotonic" ? CLOCK_MONOTONIC : CLOCK_REALTIME, extent_);
    Json section;
    section["clock"] = clock;
    put(section, "core_to_core_rtt_ns", probe.rtt_ns);
    put(section["clock_read_ns"], "native", of_thread.clock.read_ns);
    if (!with_python) {
        put_null(section["clock_read_ns"], "python", "neither side is written in Python");
    } else if (!is_full) {
        put_null(section["clock_read_ns"], "python", kLeftOut);
    } else {
        if (!python_clocks_.contains(clock)) {
            python_clocks_[clock] = measure_python_clock(python_, clock);
        }
        put(section["clock_read_ns"], "python", python_clocks_[clock].read_ns);
    }
    put(section, "clock_step_ns", of_thread.clock.step_ns);
    put(section, "null_transport_ns", of_thread.null_transport_ns);
    section["noise"] = is_full ? noise_section(cpus_of(placement), kNoiseOfARun_ns)
                               : noise_section_without(kLeftOut);
    return section;
}

std::string floors_summary(const Json &floors) {
    if (floors.is_null()) {
        return "";
    }
    const auto &read = floors.at("clock_read_ns");
    return concat("floors      core to core and back ", text_at(floors, "core_to_core_rtt_ns"),
                  ", null transport ", text_at(floors, "null_transport_ns"),
                  "\n            clock read ", text_at(read, "native"), " native, ",
                  text_at(read, "python"), " Python; its smallest step ",
                  text_at(floors, "clock_step_ns"), "\nnoise       ",
                  noise_text(floors.at("noise")), "\n");
}

} // namespace tickring
