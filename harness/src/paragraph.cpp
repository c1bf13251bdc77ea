// SPDX-License-Identifier: Apache-2.0
#include "paragraph.hpp"

#include <sstream>

namespace tickring {
namespace {

constexpr std::size_t kColumns = 80;

} // namespace

std::string paragraph(const std::string &beginning, const std::string &text, std::size_t indent) {
    const std::size_t room = kColumns - indent;
    std::string written;
    std::string line = beginning;
    bool is_line_empty = true;
    const auto end_line = [&] {
        written += line + "\n";
        line = std::string(indent, ' ');
        is_line_empty = true;
    };
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (!is_line_empty && line.size() + 1 + word.size() > kColumns) {
            end_line();
        }
        for (; word.size() > room; word.erase(0, room)) {
            line += word.substr(0, room);
            end_line();
        }
        line += (is_line_empty ? "" : " ") + word;
        is_line_empty = false;
    }
    return written + line + "\n";
}

} // namespace tickring
