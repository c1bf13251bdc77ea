// SPDX-License-Identifier: Apache-2.0
// traced_child.hpp: a process that can be stopped at each of its system calls, killed there, or
// told that a call failed.
#pragma once

#include <functional>

#include <sys/types.h>

namespace tickring::faults {

class TracedChild {
  public:
    // Forks a process that is to run the function; it stands still before that. Its system calls
    // count between two calls of mark().
    explicit TracedChild(const std::function<int()> &body);
    ~TracedChild();
    TracedChild(const TracedChild &) = delete;
    TracedChild &operator=(const TracedChild &) = delete;

    static void mark();

    // Runs on to the entry into a call or the return from it; false once the mark is reached or the
    // process is over.
    bool next_stop();
    // At an entry: the number of the call.
    [[nodiscard]] long call() const { return call_; }
    [[nodiscard]] bool is_at_entry() const { return is_at_entry_; }
    // At an entry: the call is not made, and its answer is that error.
    void refuse(int error_number);
    // At a return: the call answers something else.
    void replace_answer(long answer);
    void kill();
    // Lets it run to its end: its exit status, or minus the signal that ended it.
    int finish();

  private:
    bool go_to_next_stop();

    pid_t pid_;
    int status_ = 0;
    long call_ = -1;
    bool is_at_entry_ = false;
    bool is_over_ = false;
    bool has_begun_ = false;
};

} // namespace tickring::faults
