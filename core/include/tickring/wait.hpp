// SPDX-License-Identifier: Apache-2.0
// wait.hpp: how a blocking call waits. The ring itself never does.
//
// A policy says after how many polls to sleep; wait_until() does the rest: deadlines, bounded
// sleeps, and the question whether the peer is still there. The thread of that side may call.
#pragma once

#include <tickring/consumer.hpp>
#include <tickring/producer.hpp>

#include <algorithm>
#include <limits>

#include <sched.h>

namespace tickring {

// Polls, never sleeps.
struct SpinWait {
    // Whether to sleep after so many polls.
    [[nodiscard]] static bool sleeps_after(std::uint32_t) noexcept { return false; }
};

// Polls so many times, then sleeps.
struct HybridWait {
    // Polls before the first sleep; whether so many were enough.
    std::uint32_t spin_threshold = 10'000;
    [[nodiscard]] bool sleeps_after(std::uint32_t polls) const noexcept {
        return polls >= spin_threshold;
    }
};

// Sleeps at once.
struct ParkWait {
    // Whether to sleep after so many polls.
    [[nodiscard]] static bool sleeps_after(std::uint32_t) noexcept { return true; }
};

// A deadline that never comes; how often a wait looks for its peer, and how long it sleeps at most.
inline constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kLookEvery_ns = 1'000'000;
inline constexpr std::int64_t kLongestSleep_ns = 50'000'000;
inline constexpr std::uint32_t kPollsPerClockRead = 64;

// Counted over all waits of one side.
struct WaitStats {
    std::uint64_t sleeps_count = 0;         // futex waits entered
    std::uint64_t sleep_timeouts_count = 0; // of those, ended by their time slice
    std::uint64_t late_wakes_count = 0;     // of those, with something to do: a lost wake
};

// Between two polls: leaves the core to its other thread for a moment.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

// A consumer that waits for its next message. pending() is what poll() answers until then.
template <class Memory> struct MessageWait {
    // Whose wait it is, and where the message goes.
    BasicConsumer<Memory> &consumer;
    Message &message;

    // What wait_until() needs. poll(): kOk, kEmpty, kPeerClosed, kPeerDead, kCorrupt, kBadState.
    Code poll() noexcept { return consumer.try_acquire(message); }
    static constexpr Code pending() noexcept { return Code::kEmpty; }
    SleepEnd sleep(std::int64_t until_ns) noexcept { return consumer.sleep(until_ns); }
    void end(Code code) noexcept { consumer.end(code); }
    [[nodiscard]] std::uint32_t peer_status() const noexcept { return consumer.peer_status(); }
};

// A producer that waits for room, announced for as long as this lives.
template <class Memory> struct RoomWait {
    // Whose wait it is, and for how much.
    BasicProducer<Memory> &producer;
    std::uint64_t payload_bytes;

    RoomWait(BasicProducer<Memory> &waiting, std::uint64_t bytes) noexcept
        : producer(waiting), payload_bytes(bytes) {
        producer.announce_wait(payload_bytes);
    }
    ~RoomWait() { producer.withdraw_wait(); }
    RoomWait(const RoomWait &) = delete;
    RoomWait &operator=(const RoomWait &) = delete;

    // What wait_until() needs. poll(): kOk, kFull, kPeerClosed, kPeerDead, kCorrupt.
    Code poll() noexcept { return producer.poll_room(payload_bytes); }
    static constexpr Code pending() noexcept { return Code::kFull; }
    SleepEnd sleep(std::int64_t until_ns) noexcept {
        return producer.sleep(payload_bytes, until_ns);
    }
    void end(Code code) noexcept { producer.end(code); }
    [[nodiscard]] std::uint32_t peer_status() const noexcept { return producer.peer_status(); }
};

// The peer is gone, or has given up: learn of it first, then poll once more, since everything
// published before must still be delivered. pending() (kEmpty, kFull), what the poll answered, or
// kPeerDead, kCorrupt.
template <class Wait, class Liveness> Code look_for_peer(Wait &wait, Liveness &liveness) noexcept {
    Code verdict = Code::kOk;
    const std::uint32_t status = wait.peer_status();
    if (status != 0 && status != TICKRING_PEER_CLOSED) {
        verdict = Code::kCorrupt;
    } else if (liveness.is_peer_gone()) {
        verdict = Code::kPeerDead;
    }
    if (verdict == Code::kOk) {
        return wait.pending();
    }
    const Code code = wait.poll();
    if (code != wait.pending()) {
        return code;
    }
    wait.end(verdict);
    return verdict;
}

// Waits until poll() answers something else than pending(): that, kTimeout, kInterrupted, or why
// it never will. Liveness has is_peer_gone(), which asks the kernel.
template <class Wait, class Policy, class Liveness>
Code wait_until(Wait &&wait, const Policy &policy, Liveness &liveness, std::int64_t deadline_ns,
                WaitStats &stats) noexcept {
    std::int64_t next_look_ns = 0;
    for (std::uint32_t polls = 1;; ++polls) {
        Code code = wait.poll();
        if (code != wait.pending()) {
            return code;
        }
        if (policy.sleeps_after(polls)) {
            const std::int64_t now_ns = monotonic_ns();
            if (now_ns >= deadline_ns) {
                return Code::kTimeout;
            }
            ++stats.sleeps_count;
            const SleepEnd end = wait.sleep(std::min(deadline_ns, now_ns + kLongestSleep_ns));
            if (end == SleepEnd::kWoken) {
                continue;
            }
            code = wait.poll();
            if (end == SleepEnd::kTimedOut) {
                ++stats.sleep_timeouts_count;
                stats.late_wakes_count += code != wait.pending() ? 1 : 0;
                code = code == wait.pending() ? look_for_peer(wait, liveness) : code;
            } else if (code == wait.pending()) {
                return Code::kInterrupted;
            }
        } else if (polls % kPollsPerClockRead == 0 || deadline_ns == 0) {
            const std::int64_t now_ns = monotonic_ns();
            if (now_ns >= deadline_ns) {
                return Code::kTimeout;
            }
            if (next_look_ns == 0) {
                next_look_ns = now_ns + kLookEvery_ns;
            } else if (now_ns >= next_look_ns) {
                code = look_for_peer(wait, liveness);
                sched_yield(); // lets a peer on the same CPU go on
                next_look_ns = now_ns + kLookEvery_ns;
            }
        } else {
            cpu_relax();
        }
        if (code != wait.pending()) {
            return code;
        }
    }
}

} // namespace tickring
