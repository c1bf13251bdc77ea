// SPDX-License-Identifier: Apache-2.0
// temporary_directory.hpp: a directory for one test, and what a process has open.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include <cstdlib>

namespace tickring {

struct TemporaryDirectory {
    TemporaryDirectory() {
        std::string made = (std::filesystem::temp_directory_path() / "tickring-XXXXXX").string();
        if (mkdtemp(made.data()) == nullptr) {
            throw std::runtime_error("cannot create a temporary directory");
        }
        path = made;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory &) = delete;
    TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;

    [[nodiscard]] std::string file(const std::string &name) const { return path / name; }
    [[nodiscard]] bool is_empty() const { return std::filesystem::is_empty(path); }

    std::filesystem::path path;
};

inline std::ptrdiff_t open_descriptors_count() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return std::distance(begin(entries), end(entries));
}

} // namespace tickring
