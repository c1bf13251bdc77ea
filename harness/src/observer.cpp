// SPDX-License-Identifier: Apache-2.0
#include "observer.hpp"

#include "clock.hpp"
#include "course_look.hpp"
#include "environment/system_files.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace tickring {
namespace {

std::optional<std::uint64_t> resident_bytes(pid_t process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/statm");
    std::uint64_t all_pages = 0;
    std::uint64_t resident_pages = 0;
    // A process that has ended and is not reaped yet has no pages.
    if (!(in >> all_pages >> resident_pages) || resident_pages == 0) {
        return std::nullopt;
    }
    return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void note(Resident &resident, pid_t process) {
    if (const auto bytes = resident_bytes(process)) {
        resident.start_bytes = resident.start_bytes ? resident.start_bytes : bytes;
        resident.end_bytes = bytes;
    }
}

// What its time namespace is called; empty: not visible.
std::string time_namespace_of(pid_t process) {
    std::error_code error;
    const auto link = "/proc/" + std::to_string(process) + "/ns/time";
    return std::filesystem::read_symlink(link, error).string();
}

} // namespace

void Observer::set_processes(pid_t consumer, pid_t producer) {
    consumer_ = consumer;
    producer_ = producer;
    const auto own = time_namespace_of(::getpid());
    const auto consumers = time_namespace_of(consumer);
    const auto producers = time_namespace_of(producer);
    if (own.empty() || consumers.empty() || producers.empty()) {
        seen_.time_namespaces = "not_visible";
    } else {
        seen_.time_namespaces = consumers == own && producers == own ? "same" : "different";
    }
}

// CLOCK_MONOTONIC has an offset in each time namespace; CLOCK_REALTIME is the same everywhere.
std::string Observer::monotonic_obstacle() const {
    return seen_.time_namespaces == "different"
               ? "--clock 'monotonic' is not allowed: the two sides and the harness are not in one "
                 "time namespace, and that clock differs between them; give realtime"
               : "";
}

void Observer::begin(std::uint64_t lead_ns) {
    seen_.clock_watch.add(sample_clock_offset());
    look_at_memory(); // a run may be over before the next look
    seen_.start_ns = probed_ns_ = monotonic_ns() + lead_ns;
}

void Observer::look_before() {
    seen_.use_before = system_use(SystemFiles(), cpus_of(placement_));
    look_at_counters();
}

void Observer::look(bool do_both_run) {
    if (seen_.start_ns == 0) {
        return;
    }
    look_at_memory();
    seen_.clock_watch.add(sample_clock_offset());
    const auto now_ns = monotonic_ns();
    if (seen_.course.is_due(now_ns)) {
        look_at_counters();
    }
    if (do_both_run && probe_every_ns_ > 0 && now_ns >= probed_ns_ + probe_every_ns_) {
        seen_.probes.push_back(probe_cores(placement_, kProbeInside));
        probed_ns_ = now_ns;
    }
}

void Observer::end() {
    seen_.end_ns = monotonic_ns();
    if (seen_.start_ns != 0) {
        look_at_counters();
        seen_.use_after = system_use(SystemFiles(), cpus_of(placement_));
    }
}

void Observer::look_at_counters() {
    seen_.course.add(look_at_course(SystemFiles(), cpus_of(placement_), producer_, consumer_));
}

void Observer::look_at_memory() {
    note(seen_.consumer, consumer_);
    note(seen_.producer, producer_);
}

} // namespace tickring
