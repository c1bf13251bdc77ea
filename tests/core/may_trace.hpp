// SPDX-License-Identifier: Apache-2.0
// may_trace.hpp: whether this process may trace its children.
#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tickring {

inline bool may_trace() {
    const pid_t child = fork();
    if (child == 0) {
        _exit(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace tickring
