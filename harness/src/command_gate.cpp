// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "python_program.hpp"

namespace tickring {

void command_gate(const CommandLine &line, const Paths &paths) {
    std::vector<std::string> words = {"tickring_gate", "--tickring", paths.command.string()};
    words.insert(words.end(), line.words.begin(), line.words.end());
    become_python(paths, words);
}

} // namespace tickring
