// SPDX-License-Identifier: Apache-2.0
// futex.hpp: sleeping on a word that another process changes. Any thread may call.
#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tickring {

// CLOCK_MONOTONIC.
inline std::int64_t monotonic_ns() noexcept {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// Why a sleep was over.
enum class SleepEnd {
    kWoken,      // woken, or the word had changed before
    kTimedOut,   // the time had come
    kInterrupted // a signal handler ran
};

// Sleeps while *word is expected, at most until the given time on CLOCK_MONOTONIC. Never the
// private kind: the waker is another process. The word may lie in a read-only mapping.
inline SleepEnd futex_wait(const std::uint32_t *word, std::uint32_t expected,
                           std::int64_t until_ns) noexcept {
    timespec until;
    until.tv_sec = until_ns / 1'000'000'000;
    until.tv_nsec = until_ns % 1'000'000'000;
    if (syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected, &until, nullptr,
                FUTEX_BITSET_MATCH_ANY) == 0) {
        return SleepEnd::kWoken;
    }
    if (errno == ETIMEDOUT) {
        return SleepEnd::kTimedOut;
    }
    return errno == EINTR ? SleepEnd::kInterrupted : SleepEnd::kWoken;
}

// Wakes one thread that sleeps on the word.
inline void futex_wake(const std::uint32_t *word) noexcept {
    syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

} // namespace tickring
