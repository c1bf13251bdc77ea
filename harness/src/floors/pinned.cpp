// SPDX-License-Identifier: Apache-2.0
#include "floors/pinned.hpp"

#include "error.hpp"

#include <atomic>
#include <cerrno>
#include <latch>
#include <sched.h>
#include <thread>

namespace tickring {
namespace {

// 0, or the error.
int pin_this_thread(unsigned cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu >= CPU_SETSIZE) {
        return EINVAL;
    }
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
}

} // namespace

std::string run_on_cpus(const std::vector<unsigned> &cpus,
                        const std::function<void(std::size_t)> &work) {
    std::latch there(static_cast<std::ptrdiff_t>(cpus.size()));
    std::vector<int> errors(cpus.size());
    std::atomic<bool> is_any_missing = false;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        threads.emplace_back([&, i] {
            errors[i] = pin_this_thread(cpus[i]);
            if (errors[i] != 0) {
                is_any_missing = true;
            }
            there.arrive_and_wait();
            if (!is_any_missing) {
                work(i);
            }
        });
    }
    threads.clear();
    for (std::size_t i = 0; i < cpus.size(); ++i) {
        if (errors[i] != 0) {
            return concat("cannot run on CPU ", cpus[i], ": ", errno_text(errors[i]));
        }
    }
    return "";
}

} // namespace tickring
