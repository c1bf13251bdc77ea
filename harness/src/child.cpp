// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include "error.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace tickring {
namespace {

// What the child tells its parent before exec; nothing when all went well.
struct StartFailure {
    enum Step : int { kPin, kExec } step;
    int error;
};

struct Pipe {
    Fd read;
    Fd write;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw Error(Exit::kBroken, "cannot make a pipe: ", errno_text(errno));
    }
    return {Fd(ends[0]), Fd(ends[1])};
}

bool pin_this_process(unsigned cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu >= CPU_SETSIZE) {
        errno = EINVAL;
        return false;
    }
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

bool runs_only_on(pid_t pid, unsigned cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    return cpu < CPU_SETSIZE && sched_getaffinity(pid, sizeof set, &set) == 0 &&
           CPU_COUNT(&set) == 1 && CPU_ISSET(cpu, &set);
}

[[noreturn]] void fail_start(int status, StartFailure::Step step) {
    const StartFailure failure{step, errno};
    [[maybe_unused]] const auto written = ::write(status, &failure, sizeof failure);
    _exit(127);
}

[[noreturn]] void become(const Launch &launch, pid_t parent, int in, int out, int err, int status) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127); // the harness died before the line above
    }
    setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    if (launch.cpu && !pin_this_process(*launch.cpu) && launch.pin_required) {
        fail_start(status, StartFailure::kPin);
    }
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    std::vector<char *> argv;
    for (const auto &argument : launch.argv) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    // execvp() would hand a file that is no program to a shell.
    const auto execute = launch.argv[0].find('/') == std::string::npos ? execvp : execv;
    execute(argv[0], argv.data());
    fail_start(status, StartFailure::kExec);
}

} // namespace

Child::Child(const Launch &launch) {
    auto in = make_pipe();
    auto out = make_pipe();
    auto err = make_pipe();
    auto status = make_pipe();
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ == 0) {
        become(launch, parent, in.read.get(), out.write.get(), err.write.get(), status.write.get());
    }
    if (pid_ < 0) {
        throw Error(Exit::kBroken, "cannot start a process: ", errno_text(errno));
    }
    setpgid(pid_, pid_); // here as well: whichever comes first
    in_ = std::move(in.write);
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    fcntl(out_.get(), F_SETFL, O_NONBLOCK);
    fcntl(err_.get(), F_SETFL, O_NONBLOCK);
    pidfd_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    status.write.reset();
    try {
        if (!pidfd_.open()) {
            throw Error(Exit::kBroken,
                        "cannot watch a process (pidfd_open, Linux 5.3): ", errno_text(errno));
        }
        await_exec(std::move(status.read), launch);
    } catch (...) {
        kill_group();
        waitpid(pid_, nullptr, 0);
        throw;
    }
}

void Child::await_exec(Fd status, const Launch &launch) {
    StartFailure failure{};
    // Ends without a byte at exec, which closes the other end.
    if (::read(status.get(), &failure, sizeof failure) == sizeof failure) {
        if (failure.step == StartFailure::kPin) {
            throw Error(Exit::kBroken, "cannot pin to CPU ", *launch.cpu, ": ",
                        errno_text(failure.error), "; --allow-unpinned runs without");
        }
        throw Error(Exit::kBroken, "cannot run ", launch.argv[0], ": ", errno_text(failure.error));
    }
    pinned_ = launch.cpu && runs_only_on(pid_, *launch.cpu);
    if (launch.cpu && !pinned_ && launch.pin_required) {
        throw Error(Exit::kBroken, "the pin to CPU ", *launch.cpu,
                    " does not hold; --allow-unpinned runs without");
    }
}

Child::~Child() {
    if (alive()) {
        kill_group();
        waitpid(pid_, nullptr, 0);
    }
}

void Child::write_line(std::string_view line) {
    const std::string text = std::string(line) + "\n";
    // Short enough for the pipe; a reader that is gone shows as its exit.
    [[maybe_unused]] const auto written = ::write(in_.get(), text.data(), text.size());
}

void Child::signal(int number) { syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0); }

void Child::kill_group() {
    // Until it is reaped, no other process and no other group can have this number.
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
}

void Child::reap() {
    siginfo_t info{};
    const auto id = static_cast<id_t>(pid_);
    if (!alive() || waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
        info.si_pid != pid_) {
        return;
    }
    ::kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    ending_ = info.si_code == CLD_EXITED ? Ending{info.si_status, 0} : Ending{0, info.si_status};
}

} // namespace tickring
