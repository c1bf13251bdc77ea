// SPDX-License-Identifier: Apache-2.0
// What each command of tickring does.
#pragma once

#include "cli.hpp"
#include "error.hpp"
#include "paths.hpp"

namespace tickring {

// Each prints to stdout and returns the exit code; throws Error when it could not be done.
Exit command_run(const CommandLine &line, const Paths &paths);
Exit command_bench(const CommandLine &line, const Paths &paths);
Exit command_list(const Paths &paths);
// These become the Python program that does it: they do not return.
[[noreturn]] void command_report(const CommandLine &line, const Paths &paths);
[[noreturn]] void command_compare(const CommandLine &line, const Paths &paths);
[[noreturn]] void command_series(const char *name, const CommandLine &line, const Paths &paths);
[[noreturn]] void command_gate(const CommandLine &line, const Paths &paths);
Exit command_env(const CommandLine &line, const Paths &paths);

} // namespace tickring
