// SPDX-License-Identifier: Apache-2.0
#include "test_ring.hpp"
#include "watched_waits.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <pthread.h>

namespace tickring {
namespace {

constexpr std::int64_t kMillisecond_ns = 1'000'000;

struct PeerThere {
    bool is_gone = false;
    int looks_count = 0;
    bool is_peer_gone() {
        ++looks_count;
        return is_gone;
    }
};

template <class Policy>
Code wait_for_message(TestRing &ring, const Policy &policy, PeerThere &peer,
                      std::int64_t timeout_ns, WaitStats &stats) {
    Message message;
    return wait_until(MessageWait<ConsumerMemory>{ring.consumer, message}, policy, peer,
                      timeout_ns == kForever ? kForever : monotonic_ns() + timeout_ns, stats);
}

template <class Policy> class WaitTest : public testing::Test {};
using Policies = testing::Types<SpinWait, HybridWait, ParkWait>;
TYPED_TEST_SUITE(WaitTest, Policies);

TYPED_TEST(WaitTest, TimesOutWhenNothingComesAndNotBefore) {
    TestRing ring;
    PeerThere peer;
    WaitStats stats;
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(wait_for_message(ring, TypeParam{}, peer, 120 * kMillisecond_ns, stats),
              Code::kTimeout);
    EXPECT_GE(monotonic_ns() - start_ns, 120 * kMillisecond_ns);
    EXPECT_GE(peer.looks_count, 1);
}

TYPED_TEST(WaitTest, ReportsADeadPeerWithinAHundredMilliseconds) {
    TestRing ring;
    PeerThere peer{.is_gone = true};
    WaitStats stats;
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(wait_for_message(ring, TypeParam{}, peer, kForever, stats), Code::kPeerDead);
    EXPECT_LE(monotonic_ns() - start_ns, 100 * kMillisecond_ns); // a promise
}

TYPED_TEST(WaitTest, DeliversWhatWasPublishedBeforeTheDeath) {
    // The message becomes visible only with the look that tells of the death.
    struct PublishesWhenAsked {
        TestRing &ring;
        bool is_peer_gone() {
            EXPECT_EQ(ring.send("last"), Code::kOk);
            return true;
        }
    };
    TestRing ring;
    PublishesWhenAsked peer{ring};
    WaitStats stats;
    Message message;
    EXPECT_EQ(wait_until(MessageWait<ConsumerMemory>{ring.consumer, message}, TypeParam{}, peer,
                         kForever, stats),
              Code::kOk);
}

TYPED_TEST(WaitTest, GivesUpWhenThePeerHasFoundTheMemoryCorrupt) {
    TestRing ring;
    ring.ring.producer->status = TICKRING_CORRUPT;
    PeerThere peer;
    WaitStats stats;
    EXPECT_EQ(wait_for_message(ring, TypeParam{}, peer, kForever, stats), Code::kCorrupt);
}

TYPED_TEST(WaitTest, SendsAndReceivesMoreThanTheRingHolds) {
    TestRing ring({.publish_every = 5});
    constexpr std::uint64_t kMessages = 20'000;
    std::atomic<std::int64_t> sent_ns = 0; // the last time
    std::atomic<std::int64_t> received_ns = 0;
    WatchedWaits sender_waits;
    std::thread sender([&] {
        PeerThere peer;
        for (std::uint64_t i = 0; i < kMessages; ++i) {
            std::byte *payload = nullptr;
            Code code = ring.producer.try_acquire(sizeof i, payload);
            if (code == Code::kFull) {
                code = wait_until(RoomWait(ring.producer, sizeof i), TypeParam{}, peer, kForever,
                                  sender_waits.stats);
                ASSERT_EQ(code, Code::kOk);
                sender_waits.note(received_ns);
                code = ring.producer.try_acquire(sizeof i, payload);
            }
            ASSERT_EQ(code, Code::kOk);
            std::memcpy(payload, &i, sizeof i);
            sent_ns = monotonic_ns();
            ASSERT_EQ(ring.producer.commit(sizeof i, 0), Code::kOk);
        }
        ring.producer.close();
    });
    PeerThere peer;
    WatchedWaits waits;
    std::uint64_t received = 0;
    for (;; ++received) {
        Message message;
        const Code code = wait_until(MessageWait<ConsumerMemory>{ring.consumer, message},
                                     TypeParam{}, peer, kForever, waits.stats);
        if (code != Code::kOk) {
            EXPECT_EQ(code, Code::kPeerClosed);
            break;
        }
        waits.note(sent_ns);
        std::uint64_t value = 0;
        std::memcpy(&value, message.payload, sizeof value);
        ASSERT_EQ(value, received);
        received_ns = monotonic_ns();
        ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    }
    sender.join();
    EXPECT_EQ(received, kMessages);
    EXPECT_EQ(waits.lost_count, 0U);
    EXPECT_EQ(sender_waits.lost_count, 0U);
}

// A ring, and when something was last sent over it.
struct Way {
    TestRing ring;
    std::atomic<std::int64_t> sent_ns = 0;

    void send() {
        sent_ns = monotonic_ns();
        ASSERT_EQ(ring.send("x"), Code::kOk);
    }
    void receive(WatchedWaits &waits) {
        PeerThere peer;
        ASSERT_EQ(wait_for_message(ring, ParkWait{}, peer, kForever, waits.stats), Code::kOk);
        waits.note(sent_ns);
        ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    }
};

// Publications race with going to sleep.
TEST(ParkWaitTest, LosesNoWakeInEitherDirection) {
    constexpr std::uint64_t kRounds = 20'000;
    Way there;
    Way back;
    WatchedWaits waits_there;
    std::thread peer([&] {
        for (std::uint64_t i = 0; i < kRounds; ++i) {
            there.receive(waits_there);
            back.send();
        }
    });
    WatchedWaits waits_back;
    for (std::uint64_t i = 0; i < kRounds; ++i) {
        there.send();
        back.receive(waits_back);
    }
    peer.join();
    EXPECT_EQ(waits_there.lost_count + waits_back.lost_count, 0U);
}

TEST(SpinWaitTest, NeverSleeps) {
    TestRing ring;
    PeerThere peer;
    WaitStats stats;
    EXPECT_EQ(wait_for_message(ring, SpinWait{}, peer, 5 * kMillisecond_ns, stats), Code::kTimeout);
    EXPECT_EQ(stats.sleeps_count, 0U);
}

TEST(HybridWaitTest, SleepsAfterItsThreshold) {
    TestRing ring;
    PeerThere peer;
    WaitStats stats;
    EXPECT_EQ(wait_for_message(ring, HybridWait{100}, peer, 5 * kMillisecond_ns, stats),
              Code::kTimeout);
    EXPECT_EQ(stats.sleeps_count, 1U);
}

TEST(ParkWaitTest, ReturnsWhenASignalHandlerRuns) {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    struct sigaction before{};
    ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
    TestRing ring;
    std::atomic<bool> is_done{false};
    const pthread_t waiter = pthread_self();
    std::thread disturber([&] {
        while (!is_done) { // until one of them meets a sleep
            pthread_kill(waiter, SIGUSR1);
            std::this_thread::yield();
        }
    });
    PeerThere peer;
    WaitStats stats;
    const Code code = wait_for_message(ring, ParkWait{}, peer, kForever, stats);
    is_done = true;
    disturber.join();
    sigaction(SIGUSR1, &before, nullptr);
    EXPECT_EQ(code, Code::kInterrupted);
}

TEST(RoomWaitTest, WithdrawsItsAnnouncement) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    PeerThere peer;
    WaitStats stats;
    EXPECT_EQ(wait_until(RoomWait(ring.producer, 1), ParkWait{}, peer,
                         monotonic_ns() + kMillisecond_ns, stats),
              Code::kTimeout);
    EXPECT_EQ(ring.ring.producer->wants_room, 0U);
}

TEST(RoomWaitTest, LearnsThatTheConsumerHasClosed) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    std::thread closer([&ring] { ring.consumer.close(); });
    PeerThere peer;
    WaitStats stats;
    EXPECT_EQ(wait_until(RoomWait(ring.producer, 1), ParkWait{}, peer, kForever, stats),
              Code::kPeerClosed);
    closer.join();
}

} // namespace
} // namespace tickring
