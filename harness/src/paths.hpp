// SPDX-License-Identifier: Apache-2.0
// Where the installation keeps its parts, found from the place of the running executable.
#pragma once

#include <filesystem>

namespace tickring {

struct Paths {
    std::filesystem::path command; // the running executable
    std::filesystem::path scenarios;
    std::filesystem::path published;
    std::filesystem::path schema; // of result.json
    std::filesystem::path participants;
    std::filesystem::path python; // the installation's own, else "python3" from PATH
};

Paths installed_paths();

} // namespace tickring
