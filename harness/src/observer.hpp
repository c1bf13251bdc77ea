// SPDX-License-Identifier: Apache-2.0
// What can be seen of a run from outside while it is on: clocks, placement, memory, the kernel's
// counters. It asks the participants for nothing.
#pragma once

#include "clock_watch.hpp"
#include "course.hpp"
#include "environment/use.hpp"
#include "floors/core_probe.hpp"
#include "placement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tickring {

// Memory that lies in RAM, at the first look and at the last one before the end.
struct Resident {
    std::optional<std::uint64_t> start_bytes;
    std::optional<std::uint64_t> end_bytes;
};

// Times are on CLOCK_MONOTONIC.
struct Observations {
    std::uint64_t start_ns = 0; // of the schedule
    std::uint64_t end_ns = 0;
    ClockWatch clock_watch;
    Course course;
    std::vector<CoreProbe> probes; // of the placement, in order of time
    SystemUse use_before;
    SystemUse use_after;
    Resident consumer;
    Resident producer;
    std::string time_namespaces; // of both sides and the harness: same, different, not_visible
};

class Observer {
  public:
    // probe_every_ns: how often the placement is probed while the run is on; 0: never.
    Observer(Placement placement, std::uint64_t probe_every_ns)
        : placement_(std::move(placement)), probe_every_ns_(probe_every_ns) {}

    void set_processes(pid_t consumer, pid_t producer);

    // Why a run cannot go by CLOCK_MONOTONIC; empty: it can.
    [[nodiscard]] std::string monotonic_obstacle() const;

    // Just before the two sides may begin; lead_ns: the schedule starts so much later.
    void begin(std::uint64_t lead_ns);
    // Between that and the start of the schedule: what takes longer to look at.
    void look_before();
    // Several times a second. Both sides run: their placement may be probed.
    void look(bool do_both_run);
    void end();

    [[nodiscard]] const Observations &seen() const { return seen_; }

  private:
    void look_at_memory();
    void look_at_counters();

    Placement placement_;
    std::uint64_t probe_every_ns_;
    pid_t consumer_ = 0;
    pid_t producer_ = 0;
    std::uint64_t probed_ns_ = 0;
    Observations seen_;
};

} // namespace tickring
