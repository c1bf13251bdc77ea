// SPDX-License-Identifier: Apache-2.0
// The files in which the kernel tells about the machine, below a root that tests replace.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tickring {

class SystemFiles {
  public:
    // Those of this machine; the variable TICKRING_SYSTEM_ROOT names a folder with copies of
    // another's.
    SystemFiles();
    explicit SystemFiles(std::filesystem::path root) : root_(std::move(root)) {}

    // Paths begin with a slash, as on a machine. Nothing: not there, or not to be read.
    [[nodiscard]] std::optional<std::string> text(const std::string &path) const;
    // The first line, without spaces at its ends; nothing too when it is empty.
    [[nodiscard]] std::optional<std::string> line(const std::string &path) const;
    // The rest of the first line that starts with key, without separators.
    [[nodiscard]] std::optional<std::string> value(const std::string &path,
                                                   const std::string &key) const;
    // The names in a folder, sorted.
    [[nodiscard]] std::vector<std::string> names(const std::string &path) const;
    [[nodiscard]] bool exists(const std::string &path) const;
    // Where a path really lies.
    [[nodiscard]] std::filesystem::path real(const std::string &path) const;

  private:
    std::filesystem::path root_;
};

} // namespace tickring
