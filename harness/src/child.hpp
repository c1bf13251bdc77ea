// SPDX-License-Identifier: Apache-2.0
// One participant as a process: a direct child in its own process group, pinned before its first
// instruction, dead when the harness is.
#pragma once

#include "fd.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace tickring {

struct Launch {
    std::vector<std::string> argv; // argv[0] is looked up in PATH unless it has a slash
    std::optional<unsigned> cpu;
    bool pin_required = true; // a pin that fails is an error
};

// How a process ended.
struct Ending {
    int code = 0;   // exit status
    int signal = 0; // the signal that killed it, or 0
};

class Child {
  public:
    // Starts the process. Throws Error (broken) when it cannot be started or pinned.
    explicit Child(const Launch &launch);
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;
    // Kills and reaps what is left.
    ~Child();

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] int pidfd() const { return pidfd_.get(); }
    [[nodiscard]] int out() const { return out_.get(); }
    [[nodiscard]] int err() const { return err_.get(); }
    [[nodiscard]] bool pinned() const { return pinned_; }
    [[nodiscard]] bool alive() const { return !ending_; }
    [[nodiscard]] const std::optional<Ending> &ending() const { return ending_; }

    void write_line(std::string_view line);
    void close_input() { in_.reset(); }
    void signal(int number);
    // Kills the process and everything in its group.
    void kill_group();
    // Takes the ending if the process has ended; kills what it left in its group.
    void reap();

  private:
    void await_exec(Fd status, const Launch &launch);

    pid_t pid_ = -1;
    Fd pidfd_;
    Fd in_;
    Fd out_;
    Fd err_;
    bool pinned_ = false;
    std::optional<Ending> ending_;
};

} // namespace tickring
