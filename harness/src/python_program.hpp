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

} // namespace tickring
