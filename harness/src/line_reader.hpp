// SPDX-License-Identifier: Apache-2.0
// Reads the pipes of a participant without ever waiting for it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace tickring {

// Whole lines from a pipe, in order.
class LineReader {
  public:
    // Takes what is there. Throws Breach when a line grows beyond kMaxLineBytes.
    void fill(int fd);

    // The next whole line without its end, if there is one.
    std::optional<std::string> next();

    [[nodiscard]] bool ended() const { return ended_; }

    // What came after the last line end; a breach when the pipe has ended.
    [[nodiscard]] const std::string &rest() const { return buffer_; }

    static constexpr std::size_t kMaxLineBytes = 65536;

  private:
    std::string buffer_;
    bool ended_ = false;
};

// The last bytes of a pipe of free text.
class Tail {
  public:
    void fill(int fd);
    [[nodiscard]] bool ended() const { return ended_; }

    // The last lines, without line ends at either end.
    [[nodiscard]] std::string text() const;

    static constexpr std::size_t kMaxBytes = 2048;

  private:
    std::string buffer_;
    bool ended_ = false;
};

} // namespace tickring
