// SPDX-License-Identifier: Apache-2.0
#include "environment/system_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace tickring {
namespace {

constexpr const char *kSpaces = " \t\r\n";

std::string trimmed(const std::string &text, const char *what) {
    const auto first = text.find_first_not_of(what);
    const auto last = text.find_last_not_of(what);
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

std::string root_of_this_machine() {
    const char *root = std::getenv("TICKRING_SYSTEM_ROOT");
    return root == nullptr || *root == '\0' ? "/" : root;
}

} // namespace

SystemFiles::SystemFiles() : root_(root_of_this_machine()) {}

fs::path SystemFiles::real(const std::string &path) const {
    return root_ / fs::path(path).relative_path();
}

std::optional<std::string> SystemFiles::text(const std::string &path) const {
    std::ifstream in(real(path));
    std::ostringstream text;
    // A file that opens may still refuse to be read.
    if (!in || !(text << in.rdbuf())) {
        return std::nullopt;
    }
    return text.str();
}

std::optional<std::string> SystemFiles::line(const std::string &path) const {
    const auto all = text(path);
    const auto first = all ? trimmed(all->substr(0, all->find('\n')), kSpaces) : "";
    return first.empty() ? std::nullopt : std::optional(first);
}

std::optional<std::string> SystemFiles::value(const std::string &path,
                                              const std::string &key) const {
    std::istringstream in(text(path).value_or(""));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key)) {
            return trimmed(line.substr(key.size()), " \t\r:=\"");
        }
    }
    return std::nullopt;
}

std::vector<std::string> SystemFiles::names(const std::string &path) const {
    std::vector<std::string> found;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(real(path), error)) {
        found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool SystemFiles::exists(const std::string &path) const {
    std::error_code error;
    return fs::exists(real(path), error);
}

} // namespace tickring
