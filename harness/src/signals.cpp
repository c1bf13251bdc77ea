// SPDX-License-Identifier: Apache-2.0
#include "signals.hpp"

#include "error.hpp"

#include <cerrno>
#include <csignal>
#include <sys/signalfd.h>

namespace tickring {

Signals::Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&set, number);
    }
    if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
        throw Error(Exit::kBroken, "cannot block signals: ", errno_text(errno));
    }
    fd_ = Fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_.open()) {
        throw Error(Exit::kBroken, "cannot watch signals: ", errno_text(errno));
    }
    // A participant that is gone shows as its exit, not as a broken pipe.
    std::signal(SIGPIPE, SIG_IGN);
    // A limit on the size of files shows as a failed write.
    std::signal(SIGXFSZ, SIG_IGN);
}

std::optional<int> Signals::take() {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) {
        return std::nullopt;
    }
    return static_cast<int>(info.ssi_signo);
}

} // namespace tickring
