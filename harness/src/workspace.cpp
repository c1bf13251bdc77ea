// SPDX-License-Identifier: Apache-2.0
#include "workspace.hpp"

#include "error.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace fs = std::filesystem;

namespace tickring {
namespace {

constexpr std::size_t kMaxEndpointBytes = 90; // docs/participants.md

fs::path base_folder() {
    const char *runtime = std::getenv("XDG_RUNTIME_DIR");
    struct stat status{};
    if (runtime != nullptr && runtime[0] == '/' && ::stat(runtime, &status) == 0 &&
        S_ISDIR(status.st_mode) && status.st_uid == ::getuid() &&
        ::access(runtime, W_OK | X_OK) == 0) {
        return fs::path(runtime) / "tickring";
    }
    return concat("/tmp/tickring-", ::getuid());
}

// Makes the directory, or takes the one there if nobody else can write to it.
void make_private(const fs::path &folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw Error(Exit::kBroken, "cannot make ", folder.string(), ": ", errno_text(errno));
    }
    struct stat status{};
    if (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
        status.st_uid != ::getuid() || (status.st_mode & 077) != 0) {
        throw Error(Exit::kBroken, folder.string(),
                    " must be a directory of this user with mode 0700, and is not");
    }
}

std::string holder_of(int lock) {
    std::array<char, 32> text{};
    const auto got = ::pread(lock, text.data(), text.size() - 1, 0);
    return got > 0 ? concat("process ", text.data()) : "a process that is just starting";
}

} // namespace

Workspace::Workspace() {
    const auto folder = base_folder();
    run_ = folder / "run";
    if (endpoint().size() > kMaxEndpointBytes) {
        throw Error(Exit::kUsage, "XDG_RUNTIME_DIR '", folder.parent_path().string(),
                    "' is too long: sockets below it would need ", endpoint().size(),
                    " bytes and may have ", kMaxEndpointBytes);
    }
    make_private(folder);
    const auto file = folder / "lock";
    lock_ = Fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_.open()) {
        throw Error(Exit::kBroken, "cannot open ", file.string(), ": ", errno_text(errno));
    }
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw Error(Exit::kBroken, "another run is on (", holder_of(lock_.get()),
                    "); two at once would disturb each other");
    }
    const auto pid = std::to_string(::getpid());
    if (::ftruncate(lock_.get(), 0) != 0 ||
        ::pwrite(lock_.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        throw Error(Exit::kBroken, "cannot write ", file.string(), ": ", errno_text(errno));
    }
}

Workspace::~Workspace() {
    std::error_code error;
    fs::remove_all(run_, error);
}

void Workspace::clear() {
    std::error_code error;
    fs::remove_all(run_, error);
    make_private(run_);
    make_private(fs::path(endpoint()).parent_path());
    make_private(record());
}

std::string Workspace::endpoint() const { return (run_ / "endpoint" / "bus").string(); }

std::string Workspace::own_endpoint() const { return (run_ / "own").string(); }

} // namespace tickring
