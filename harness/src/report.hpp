// SPDX-License-Identifier: Apache-2.0
// The report of a run that has just been kept.
#pragma once

#include "cli.hpp"
#include "paths.hpp"

#include <filesystem>

namespace tickring {

// Draws it, unless --no-report was given, and prints where it is. A report that fails is said on
// stderr and nothing else: the run is there.
void draw_report(const CommandLine &line, const Paths &paths, const std::filesystem::path &folder);

} // namespace tickring
