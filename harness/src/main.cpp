// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"

#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace {

using namespace tickring;

// Descriptors 0 to 2 are open from here on, so that no pipe gets one of these numbers.
void open_standard_streams() {
    int fd = 0;
    do {
        fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    ::close(fd);
}

Exit execute(const CommandLine &line) {
    const auto paths = installed_paths();
    switch (line.command) {
    case Command::kRun:
        return command_run(line, paths);
    case Command::kBench:
        return command_bench(line, paths);
    case Command::kList:
        return command_list(paths);
    case Command::kEnv:
        return command_env(line, paths);
    case Command::kReport:
        command_report(line, paths);
    case Command::kCompare:
        command_compare(line, paths);
    case Command::kSweep:
        command_series("sweep", line, paths);
    case Command::kBreakdown:
        command_series("breakdown", line, paths);
    case Command::kGate:
        command_gate(line, paths);
    case Command::kNone:
        break;
    }
    return Exit::kOk;
}

} // namespace

int main(int argc, char **argv) {
    open_standard_streams();
    try {
        const Exit exit = execute(parse_command_line(argc, argv));
        if (!std::cout.flush()) {
            throw Error(Exit::kBroken, "cannot write to standard output");
        }
        return static_cast<int>(exit);
    } catch (const Error &error) {
        std::cerr << "tickring: " << error.what() << '\n';
        return static_cast<int>(error.exit());
    } catch (const std::exception &error) {
        std::cerr << "tickring: " << error.what() << '\n';
        return static_cast<int>(Exit::kBroken);
    }
}
