// SPDX-License-Identifier: Apache-2.0
// Commands that a program in Python does.
#pragma once

#include "paths.hpp"

#include <string>
#include <vector>

namespace tickring {

// Becomes `python -m words...`, run by the installation's own Python. Throws Error (broken) when
// that cannot be started.
[[noreturn]] void become_python(const Paths &paths, const std::vector<std::string> &words);

// Runs the same as a process of its own, to whose end it waits; what it prints goes to the
// descriptor out. Returns its exit status, 128 and more for a signal. Throws Error (broken).
int run_python(const Paths &paths, const std::vector<std::string> &words, int out);

} // namespace tickring
