// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"

#include <cerrno>
#include <unistd.h>
#include <vector>

namespace tickring {

void command_compare(const CommandLine &line, const Paths &paths) {
    std::vector<std::string> words = {paths.python.string(), "-m",
                                      "tickring_report",     "--schema",
                                      paths.schema.string(), "compare"};
    if (line.unlike) {
        words.emplace_back("--unlike");
    }
    if (line.json) {
        words.emplace_back("--json");
    }
    for (const auto &word : {std::string("--"), line.run_a, line.run_b}) {
        words.push_back(word);
    }
    std::vector<char *> argv;
    for (auto &word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    throw Error(Exit::kBroken, "cannot run ", paths.python.string(), ": ", errno_text(errno));
}

} // namespace tickring
