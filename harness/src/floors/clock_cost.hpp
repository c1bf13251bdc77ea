// SPDX-License-Identifier: Apache-2.0
// What reading a clock costs, and how finely it counts.
#pragma once

#include "analysis.hpp"

#include <ctime>
#include <filesystem>
#include <string>

namespace tickring {

struct ClockCost {
    double read_ns = 0; // of one read, the median over blocks of reads
    Measured step_ns;   // the smallest non-zero difference between two reads
};

// On the CPU of the caller, by clock_gettime().
ClockCost measure_clock(clockid_t clock);

// What the producer's time.time_ns() or time.monotonic_ns() costs, by the same blocks, and which
// Python that is. Starts that Python.
struct PythonClock {
    Measured read_ns;
    std::string version; // empty: not known
};
PythonClock measure_python_clock(const std::filesystem::path &python, const std::string &clock);

} // namespace tickring
