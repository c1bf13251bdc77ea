// SPDX-License-Identifier: Apache-2.0
#include "traced_child.hpp"

#include <csignal>

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tickring::faults {
namespace {

constexpr long kMark = SYS_getppid; // a call that nothing else here makes
constexpr int kCallStop = SIGTRAP | 0x80;

} // namespace

TracedChild::TracedChild(const std::function<int()> &body) : pid_(fork()) {
    if (pid_ == 0) {
        ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        raise(SIGSTOP);
        _exit(body());
    }
    waitpid(pid_, &status_, 0);
    ptrace(PTRACE_SETOPTIONS, pid_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
}

TracedChild::~TracedChild() {
    if (!is_over_) {
        kill();
    }
}

void TracedChild::mark() { (void)syscall(kMark); }

bool TracedChild::go_to_next_stop() {
    long signal = 0;
    for (;;) {
        ptrace(PTRACE_SYSCALL, pid_, nullptr, signal);
        waitpid(pid_, &status_, 0);
        if (!WIFSTOPPED(status_)) {
            is_over_ = true;
            return false;
        }
        if (WSTOPSIG(status_) == kCallStop) {
            is_at_entry_ = !is_at_entry_;
            user_regs_struct registers{};
            ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
            call_ = static_cast<long>(registers.orig_rax);
            return true;
        }
        signal = WSTOPSIG(status_);
    }
}

bool TracedChild::next_stop() {
    while (!has_begun_ && go_to_next_stop()) {
        has_begun_ = call_ == kMark && !is_at_entry_;
    }
    return !is_over_ && go_to_next_stop() && call_ != kMark;
}

void TracedChild::refuse(int error_number) {
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
    registers.orig_rax = static_cast<unsigned long long>(-1);
    ptrace(PTRACE_SETREGS, pid_, nullptr, &registers);
    if (go_to_next_stop()) {
        replace_answer(-error_number);
    }
}

void TracedChild::replace_answer(long answer) {
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
    registers.rax = static_cast<unsigned long long>(answer);
    ptrace(PTRACE_SETREGS, pid_, nullptr, &registers);
}

void TracedChild::kill() {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
    is_over_ = true;
}

int TracedChild::finish() {
    long signal = 0;
    while (!is_over_) {
        ptrace(PTRACE_CONT, pid_, nullptr, signal);
        waitpid(pid_, &status_, 0);
        is_over_ = !WIFSTOPPED(status_);
        signal = WIFSTOPPED(status_) ? WSTOPSIG(status_) : 0;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

} // namespace tickring::faults
