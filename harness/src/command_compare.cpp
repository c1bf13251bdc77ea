// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "python_program.hpp"

namespace tickring {

void command_compare(const CommandLine &line, const Paths &paths) {
    std::vector<std::string> words = {"tickring_report", "--schema", paths.schema.string(),
                                      "compare"};
    if (line.unlike) {
        words.emplace_back("--unlike");
    }
    if (line.json) {
        words.emplace_back("--json");
    }
    for (const auto &word : {std::string("--"), line.run_a, line.run_b}) {
        words.push_back(word);
    }
    become_python(paths, words);
}

} // namespace tickring
