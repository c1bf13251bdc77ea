// SPDX-License-Identifier: Apache-2.0
// What no measurement on this machine, by this method, can go below.
#pragma once

#include "floors/clock_cost.hpp"
#include "floors/core_probe.hpp"
#include "json.hpp"

#include <map>
#include <string>

namespace tickring {

enum class FloorsExtent {
    kFull,
    kShort // what the analysis of a run needs: the native clock and the cache line
};

// Measured on the two CPUs while nobody is there yet, in less than a tenth of a second. What Python
// costs is measured once per clock: it takes a start of Python.
class Floors {
  public:
    // python: the interpreter that runs participants; path: a socket may be made there for a while.
    Floors(std::filesystem::path python, std::string path, FloorsExtent extent)
        : python_(std::move(python)), path_(std::move(path)), extent_(extent) {}

    // The section floors of a result; what is left out has a reason. with_python: a side is written
    // in Python.
    Json measure(const Placement &placement, const CoreProbe &probe, const std::string &clock,
                 bool with_python);

  private:
    std::filesystem::path python_;
    std::string path_;
    FloorsExtent extent_;
    std::map<std::string, PythonClock> python_clocks_;
};

// The same for a person, two lines.
std::string floors_summary(const Json &floors);

} // namespace tickring
