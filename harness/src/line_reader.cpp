// SPDX-License-Identifier: Apache-2.0
#include "line_reader.hpp"

#include "error.hpp"
#include "protocol.hpp"

#include <array>
#include <unistd.h>

namespace tickring {
namespace {

// Appends what fd has; false at its end.
bool drain(int fd, std::string &buffer, std::size_t enough) {
    std::array<char, 4096> chunk{};
    while (buffer.size() <= enough) {
        const auto got = ::read(fd, chunk.data(), chunk.size());
        if (got <= 0) {
            return got < 0; // an error here is "nothing now": the pipe does not block
        }
        buffer.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return true;
}

} // namespace

void LineReader::fill(int fd) {
    ended_ = !drain(fd, buffer_, kMaxLineBytes);
    if (buffer_.size() > kMaxLineBytes && buffer_.find('\n') == std::string::npos) {
        buffer_.resize(kMaxLineBytes);
        throw Breach(concat("it wrote a line of more than ", kMaxLineBytes, " bytes"));
    }
}

std::optional<std::string> LineReader::next() {
    const auto end = buffer_.find('\n');
    if (end == std::string::npos) {
        return std::nullopt;
    }
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return line;
}

void Tail::fill(int fd) {
    ended_ = !drain(fd, buffer_, 16 * kMaxBytes);
    if (buffer_.size() > kMaxBytes) {
        buffer_.erase(0, buffer_.size() - kMaxBytes);
    }
}

std::string Tail::text() const {
    const auto first = buffer_.find_first_not_of(" \n");
    if (first == std::string::npos) {
        return "";
    }
    return buffer_.substr(first, buffer_.find_last_not_of(" \n") - first + 1);
}

} // namespace tickring
