// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "python_program.hpp"

namespace tickring {

void command_report(const CommandLine &line, const Paths &paths) {
    std::vector<std::string> words = {"tickring_report", "--schema", paths.schema.string(),
                                      "report",          "--out",    line.out};
    if (line.share) {
        words.emplace_back("--share");
    }
    words.emplace_back("--");
    words.insert(words.end(), line.runs.begin(), line.runs.end());
    become_python(paths, words);
}

} // namespace tickring
