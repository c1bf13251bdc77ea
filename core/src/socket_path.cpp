// SPDX-License-Identifier: Apache-2.0
#include "socket_path.hpp"

#include "channel.hpp"
#include "error.hpp"

#include <tickring/futex.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr std::size_t kLongestPath = sizeof(sockaddr_un{}.sun_path) - 1;
constexpr char kLockSuffix[] = ".lock";
constexpr int kRetryEvery_ms = 5;

struct LockPath {
    char text[kLongestPath + sizeof kLockSuffix];
    explicit LockPath(const char *path) noexcept {
        std::snprintf(text, sizeof text, "%s%s", path, kLockSuffix);
    }
};

bool is_same_file(const struct stat &a, const struct stat &b) noexcept {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Code to_address(const char *path, sockaddr_un &address) noexcept {
    const std::size_t length = std::strlen(path);
    if (length == 0 || length > kLongestPath) {
        return fail(Code::kInvalidArgument, "socket_path has %zu bytes, must have 1 to %zu", length,
                    kLongestPath);
    }
    address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path, length);
    return Code::kOk;
}

Code code_of_path_error(int error_number) noexcept {
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return Code::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
    case ELOOP:
        return Code::kPermission;
    default:
        return Code::kNoResources;
    }
}

// In a directory where anybody may replace files, the socket could be somebody else's.
Code check_directory(const char *path) noexcept {
    char directory[kLongestPath + 1];
    std::snprintf(directory, sizeof directory, "%s", path);
    char *const slash = std::strrchr(directory, '/');
    if (slash == nullptr) {
        std::snprintf(directory, sizeof directory, ".");
    } else {
        slash[slash == directory ? 1 : 0] = '\0';
    }
    struct stat status{};
    if (stat(directory, &status) != 0) {
        return fail_errno(code_of_path_error(errno), errno, "directory of socket_path \"%s\"",
                          path);
    }
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0) {
        return fail(Code::kPermission,
                    "directory of socket_path \"%s\" is writable for everybody and not sticky",
                    path);
    }
    return Code::kOk;
}

// Holds the lock file of the path. Another process may remove the file between our open and our
// lock, so what we locked must still be what the path names.
Code take_lock(const char *path, int &lock) noexcept {
    const LockPath lock_path(path);
    for (;;) {
        lock = open(lock_path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (lock < 0) {
            return fail_errno(code_of_path_error(errno), errno, "cannot open \"%s\"",
                              lock_path.text);
        }
        struct stat ours{};
        struct stat named{};
        const bool is_locked = flock(lock, LOCK_EX | LOCK_NB) == 0;
        const int error_number = errno;
        if (is_locked && fstat(lock, &ours) == 0 && lstat(lock_path.text, &named) == 0 &&
            is_same_file(ours, named)) {
            return Code::kOk;
        }
        close(lock);
        lock = -1;
        if (!is_locked && error_number != EWOULDBLOCK) {
            return fail_errno(Code::kNoResources, error_number, "cannot lock \"%s\"",
                              lock_path.text);
        }
        if (!is_locked) {
            return fail(Code::kAddressInUse, "socket_path \"%s\" belongs to a live listener", path);
        }
    }
}

void drop_lock(const char *path, int &lock) noexcept {
    if (lock >= 0) {
        unlink(LockPath(path).text); // still locked, hence still the file that the path names
        close(lock);
        lock = -1;
    }
}

int open_socket() noexcept {
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Makes way at the path: nothing there, or a socket that refuses connections.
Code clear_stale_socket(const sockaddr_un &address) noexcept {
    struct stat found{};
    if (lstat(address.sun_path, &found) != 0) {
        return errno == ENOENT ? Code::kOk
                               : fail_errno(code_of_path_error(errno), errno, "socket_path \"%s\"",
                                            address.sun_path);
    }
    if (!S_ISSOCK(found.st_mode)) {
        return fail(Code::kInvalidArgument,
                    "socket_path \"%s\" exists and is not a socket; it is left alone",
                    address.sun_path);
    }
    const int probe = open_socket();
    if (probe < 0) {
        return fail_errno(Code::kNoResources, errno, "cannot open a socket");
    }
    const int result = connect(probe, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    const int error_number = errno;
    close(probe);
    if (result == 0 || error_number != ECONNREFUSED) {
        return fail(Code::kAddressInUse, "socket_path \"%s\" is in use", address.sun_path);
    }
    struct stat again{};
    if (lstat(address.sun_path, &again) == 0 && is_same_file(found, again)) {
        unlink(address.sun_path);
    }
    return Code::kOk;
}

Code open_listening_socket(ListeningSocket &listening) noexcept {
    listening.socket = open_socket();
    if (listening.socket < 0) {
        return fail_errno(Code::kNoResources, errno, "cannot open a socket");
    }
    // Set before bind, the mode becomes that of the file, with no moment in between.
    if (fchmod(listening.socket, 0600) != 0 ||
        bind(listening.socket, reinterpret_cast<const sockaddr *>(&listening.address),
             sizeof listening.address) != 0) {
        const Code code = errno == EADDRINUSE ? Code::kAddressInUse : code_of_path_error(errno);
        return fail_errno(code, errno, "cannot bind socket_path \"%s\"",
                          listening.address.sun_path);
    }
    if (lstat(listening.address.sun_path, &listening.file) != 0 ||
        listen(listening.socket, 8) != 0) {
        return fail_errno(Code::kNoResources, errno, "cannot listen on socket_path \"%s\"",
                          listening.address.sun_path);
    }
    return Code::kOk;
}

Code explain_refusal(const char *path, int error_number) noexcept {
    struct stat found{};
    if (error_number == ECONNREFUSED && stat(path, &found) == 0 && !S_ISSOCK(found.st_mode)) {
        return fail(Code::kInvalidArgument, "socket_path \"%s\" is not a socket", path);
    }
    if (error_number == ECONNREFUSED) {
        return fail(Code::kNotFound, "socket_path \"%s\" is stale: nobody listens there any more",
                    path);
    }
    if (error_number == EPROTOTYPE) {
        return fail(Code::kProtocol, "socket_path \"%s\" is a socket of another type", path);
    }
    return fail_errno(code_of_path_error(error_number), error_number, "socket_path \"%s\"", path);
}

} // namespace

Code listen_on(const char *path, ListeningSocket &listening) noexcept {
    listening = {};
    Code code = to_address(path, listening.address);
    if (code == Code::kOk) {
        code = check_directory(path);
    }
    if (code == Code::kOk) {
        code = take_lock(path, listening.lock);
    }
    if (code == Code::kOk) {
        code = clear_stale_socket(listening.address);
    }
    if (code == Code::kOk) {
        code = open_listening_socket(listening);
    }
    if (code != Code::kOk) {
        stop_listening(listening);
    }
    return code;
}

void stop_listening(ListeningSocket &listening) noexcept {
    struct stat found{};
    const char *const path = listening.address.sun_path;
    if (listening.socket >= 0) {
        if (listening.file.st_ino != 0 && lstat(path, &found) == 0 &&
            is_same_file(found, listening.file)) {
            unlink(path);
        }
        close(listening.socket);
        listening.socket = -1;
    }
    drop_lock(path, listening.lock);
}

Code accept_one(const ListeningSocket &listening, std::int64_t deadline_ns, int &socket) noexcept {
    for (;;) {
        if (Code code = wait_for(listening.socket, POLLIN, deadline_ns); code != Code::kOk) {
            return code;
        }
        socket = accept4(listening.socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket >= 0) {
            return Code::kOk;
        }
        // A connector that left before we came is no error of ours.
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            return fail_errno(Code::kNoResources, errno, "cannot accept a connection");
        }
    }
}

Code connect_to(const char *path, std::int64_t deadline_ns, int &socket) noexcept {
    sockaddr_un address{};
    if (Code code = to_address(path, address); code != Code::kOk) {
        return code;
    }
    for (;;) {
        socket = open_socket();
        if (socket < 0) {
            return fail_errno(Code::kNoResources, errno, "cannot open a socket");
        }
        if (connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0) {
            return Code::kOk;
        }
        const int error_number = errno;
        close(socket);
        socket = -1;
        Code code = error_number == EAGAIN
                        ? fail(Code::kTimeout, "the listener does not take connections")
                        : explain_refusal(path, error_number);
        const bool may_change = code == Code::kNotFound || code == Code::kTimeout;
        if (!may_change || deadline_ns <= 0) {
            return code;
        }
        code = wait_to_retry(deadline_ns);
        if (code != Code::kOk) {
            return code;
        }
    }
}

Code wait_to_retry(std::int64_t deadline_ns) noexcept {
    if (monotonic_ns() >= deadline_ns) {
        char reason[256];
        std::snprintf(reason, sizeof reason, "%s", last_error_text());
        return fail(Code::kTimeout, "no listener before the deadline; %s", reason);
    }
    return poll(nullptr, 0, kRetryEvery_ms) < 0 ? fail(Code::kInterrupted) : Code::kOk;
}

} // namespace tickring
