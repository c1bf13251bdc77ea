// SPDX-License-Identifier: Apache-2.0
// How the harness fails: an Error carries one sentence for the user and the exit code.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace tickring {

// The documented exit codes of the command.
enum class Exit : int {
    kOk = 0,
    kCheckFailed = 1,
    kUsage = 2,
    kInconclusive = 3,
    kBroken = 4,
    kInterrupted = 130,
};

template <typename... Parts> std::string concat(const Parts &...parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

class Error : public std::runtime_error {
  public:
    template <typename... Parts>
    explicit Error(Exit exit, const Parts &...parts)
        : std::runtime_error(concat(parts...)), exit_(exit) {}

    [[nodiscard]] Exit exit() const { return exit_; }

  private:
    Exit exit_;
};

// What errno means, in words.
std::string errno_text(int error);

} // namespace tickring
