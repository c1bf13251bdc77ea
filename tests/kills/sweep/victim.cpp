// SPDX-License-Identifier: Apache-2.0
#include "victim.hpp"

#include "../../core/run_delay.hpp"
#include "messages.hpp"

#include <tickring/futex.hpp>

#include <csignal>
#include <fstream>
#include <optional>
#include <string>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tickring::kills {

namespace {

constexpr std::int64_t kStandsStill_ns = 5'000'000; // then it is asked whether it sleeps

// Whether the kernel has a process asleep; field 3 of its stat, behind the name in brackets.
bool is_asleep(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bracket = text.rfind(") ");
    return bracket != std::string::npos && text[bracket + 2] == 'S';
}

// The signal of a child's next stop; nothing: it sleeps.
std::optional<int> next_stop(pid_t child) {
    std::int64_t look_ns = monotonic_ns() + kStandsStill_ns;
    const std::int64_t until_ns = look_ns + kPatience_ns;
    for (;;) {
        int status = 0;
        if (waitpid(child, &status, WNOHANG) == child) {
            require(WIFSTOPPED(status), "the victim ended by itself");
            return WSTOPSIG(status);
        }
        const std::int64_t now_ns = monotonic_ns();
        require(now_ns < until_ns, "the victim does not stop");
        if (now_ns > look_ns) {
            if (is_asleep(child)) {
                return std::nullopt;
            }
            look_ns = now_ns + kStandsStill_ns;
        }
    }
}

} // namespace

void stop_at_mark(pid_t child) {
    while (next_stop(child) != SIGSTOP) {
    }
}

End step(pid_t child, unsigned instructions) {
    for (unsigned done = 0; done < instructions; ++done) {
        ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr);
        const auto signal = next_stop(child);
        if (!signal) {
            return End::kAsleep;
        }
        if (signal == SIGSTOP) {
            return End::kOver;
        }
    }
    return End::kReached;
}

Death kill_and_reap(pid_t child) {
    const std::int64_t before_ns = run_delay_ns(child, child);
    const std::int64_t killed_ns = monotonic_ns();
    kill(child, SIGKILL);
    siginfo_t zombie{};
    waitid(P_PID, static_cast<id_t>(child), &zombie, WEXITED | WNOWAIT);
    const std::int64_t after_ns = run_delay_ns(child, child);
    waitpid(child, nullptr, 0);
    return {killed_ns, after_ns - before_ns};
}

} // namespace tickring::kills
