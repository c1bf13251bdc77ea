// SPDX-License-Identifier: Apache-2.0
// victim.hpp: a child that is single-stepped from one SIGSTOP of its own to the next, and killed.
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace tickring::kills {

// Lets go by until the child stops itself.
void stop_at_mark(pid_t child);

enum class End { kReached, kOver, kAsleep };

// So many instructions of the operation, or as many as it has.
End step(pid_t child, unsigned instructions);

// When a process was killed, and for how long it was kept from dying.
struct Death {
    std::int64_t killed_ns = 0;
    std::int64_t run_delay_ns = 0;
};

Death kill_and_reap(pid_t child);

} // namespace tickring::kills
