// SPDX-License-Identifier: Apache-2.0
// What this binary was built from.
#pragma once

#include "json.hpp"

#include <string>

namespace tickring {

// "1a2b3c4", "1a2b3c4-dirty" or "unknown"; part of the name of a run directory.
std::string project_commit();

// Compiled without optimisation, or with checks that cost time: nothing to measure with.
bool is_debug_build();

// Throws Error (usage) for a debug build that is not allowed.
void refuse_debug_build(bool is_debug, bool is_allowed);

// The section project of a result.
Json project_section();

// "tickring 0.1.0 (1a2b3c4, release, gcc 12.2.0)"
std::string version_line();

} // namespace tickring
