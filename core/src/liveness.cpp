// SPDX-License-Identifier: Apache-2.0
#include "liveness.hpp"

#include "error.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace tickring {
namespace {

int process_at(int socket) noexcept {
    int descriptor = -1;
    socklen_t bytes = sizeof descriptor;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &descriptor, &bytes) == 0) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        return descriptor;
    }
    ucred peer{}; // before Linux 6.5, with the small risk of a pid used anew
    bytes = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0 || peer.pid <= 0) {
        return -1;
    }
    return static_cast<int>(syscall(SYS_pidfd_open, peer.pid, 0));
}

} // namespace

Code Liveness::open_peer_process(int socket, int &process) noexcept {
    errno = 0;
    process = process_at(socket);
    if (process < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
        return fail_errno(Code::kNoResources, errno, "cannot watch the peer's process");
    }
    return Code::kOk;
}

bool Liveness::is_peer_gone() noexcept {
    if (is_gone_) {
        return true;
    }
    ++looks_count_;
    // poll() passes over a negative descriptor.
    pollfd entries[] = {{socket_, POLLRDHUP, 0}, {process_, POLLIN, 0}};
    if (poll(entries, 2, 0) > 0) {
        is_gone_ = (entries[0].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 ||
                   (entries[1].revents & POLLIN) != 0;
    }
    return is_gone_;
}

void Liveness::close() noexcept {
    if (socket_ >= 0) {
        ::close(socket_);
    }
    if (process_ >= 0) {
        ::close(process_);
    }
    socket_ = process_ = -1;
}

} // namespace tickring
