// SPDX-License-Identifier: Apache-2.0
// run_delay.hpp: how long a thread was kept waiting. What is promised, is promised to one that
// runs.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include <sys/types.h>

namespace tickring {

// For how long a thread that could run had no CPU, since it began; 0 where the kernel does not
// count it. A zombie still has its number.
inline std::int64_t run_delay_ns(pid_t process, pid_t thread) {
    std::int64_t ran_ns = 0;
    std::int64_t waited_ns = 0;
    std::ifstream("/proc/" + std::to_string(process) + "/task/" + std::to_string(thread) +
                  "/schedstat") >>
        ran_ns >> waited_ns;
    return waited_ns;
}

} // namespace tickring
