// SPDX-License-Identifier: Apache-2.0
// What this binary was built from.
#pragma once

#include "json.hpp"

#include <string>

namespace tickring {

// "1a2b3c4", "1a2b3c4-dirty" or "unknown"; part of the name of a run directory.
std::string project_commit();

// The section project of a result.
Json project_section();

// "tickring 0.1.0 (1a2b3c4, release, gcc 12.2.0)"
std::string version_line();

} // namespace tickring
