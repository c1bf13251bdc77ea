// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include "error.hpp"
#include "python_program.hpp"

#include <iostream>
#include <unistd.h>

namespace tickring {

void draw_report(const CommandLine &line, const Paths &paths, const std::filesystem::path &folder) {
    if (!line.report) {
        return;
    }
    std::cout.flush();
    try {
        const int status = run_python(paths,
                                      {"tickring_report", "--schema", paths.schema.string(),
                                       "report", "--out", line.out, "--", folder.string()},
                                      line.json ? STDERR_FILENO : STDOUT_FILENO);
        if (status != 0) {
            std::cerr << "tickring: there is no report; the run is in " << folder.string() << '\n';
        }
    } catch (const Error &error) {
        std::cerr << "tickring: there is no report: " << error.what() << '\n';
    }
}

} // namespace tickring
