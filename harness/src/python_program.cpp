// SPDX-License-Identifier: Apache-2.0
#include "python_program.hpp"

#include "error.hpp"

#include <cerrno>
#include <unistd.h>

namespace tickring {

void become_python(const Paths &paths, const std::vector<std::string> &words) {
    std::vector<std::string> all = {paths.python.string(), "-m"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char *> argv;
    for (auto &word : all) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    throw Error(Exit::kBroken, "cannot run ", paths.python.string(), ": ", errno_text(errno));
}

} // namespace tickring
