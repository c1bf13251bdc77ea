// SPDX-License-Identifier: Apache-2.0
// Finds the programs that are measured; docs/participants.md says where they are.
#pragma once

#include "paths.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tickring {

enum class Role { kConsumer, kProducer };

const char *name_of(Role role);

struct Program {
    std::filesystem::path file;
    bool python = false; // run by the harness's Python
};

struct KnownProgram {
    Role role;
    std::string language;
    std::string transport;
};

class Participants {
  public:
    // Searches the folders of TICKRING_PARTICIPANTS first, then the installation.
    explicit Participants(const Paths &paths);

    // Throws Error (usage) with the folders that were searched.
    [[nodiscard]] Program find(Role role, const std::string &language,
                               const std::string &transport) const;

    // All that there are, in order of role, language and transport.
    [[nodiscard]] std::vector<KnownProgram> list() const;

  private:
    std::vector<std::filesystem::path> folders_;
};

} // namespace tickring
