// SPDX-License-Identifier: Apache-2.0
#include "python_program.hpp"

#include "error.hpp"

#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tickring {
namespace {

// The words of `python -m words...` as system calls want them.
class Arguments {
  public:
    Arguments(const Paths &paths, const std::vector<std::string> &words)
        : words_{paths.python.string(), "-m"} {
        words_.insert(words_.end(), words.begin(), words.end());
        for (auto &word : words_) {
            pointers_.push_back(word.data());
        }
        pointers_.push_back(nullptr);
    }
    Arguments(const Arguments &) = delete;
    Arguments &operator=(const Arguments &) = delete;
    ~Arguments() = default;

    [[nodiscard]] char *const *argv() const { return pointers_.data(); }

  private:
    std::vector<std::string> words_;
    std::vector<char *> pointers_;
};

[[noreturn]] void fail(const Paths &paths, int error) {
    throw Error(Exit::kBroken, "cannot run ", paths.python.string(), ": ", errno_text(error));
}

// A child whose signals are as they were before this process took them over.
pid_t spawn(const Paths &paths, const Arguments &arguments, int out) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    pid_t pid = -1;
    const int error =
        posix_spawnp(&pid, arguments.argv()[0], &actions, &attributes, arguments.argv(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) {
        fail(paths, error);
    }
    return pid;
}

} // namespace

void become_python(const Paths &paths, const std::vector<std::string> &words) {
    const Arguments arguments(paths, words);
    ::execvp(arguments.argv()[0], arguments.argv());
    fail(paths, errno);
}

int run_python(const Paths &paths, const std::vector<std::string> &words, int out) {
    const Arguments arguments(paths, words);
    const pid_t pid = spawn(paths, arguments, out);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            fail(paths, errno);
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace tickring
