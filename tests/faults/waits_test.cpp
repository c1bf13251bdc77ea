// SPDX-License-Identifier: Apache-2.0
// Waiting in bad company: wakes for nothing, both sides on one CPU, a machine that is busy.
#include "../core/temporary_directory.hpp"
#include "../core/test_ring.hpp"
#include "ends.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include <sched.h>

namespace tickring::faults {
namespace {

constexpr std::int64_t kUnhurried_ns = 200 * kMillisecond_ns; // until a thread has a CPU again

struct PeerThere {
    static bool is_peer_gone() { return false; }
};

// Wakes whoever sleeps on a word, as fast as it can.
class Storm {
  public:
    explicit Storm(const std::uint32_t *word)
        : thread_([this, word] {
              while (!is_over_) {
                  futex_wake(word);
                  ++wakes_count;
              }
          }) {}
    ~Storm() {
        is_over_ = true;
        thread_.join();
    }
    Storm(const Storm &) = delete;
    Storm &operator=(const Storm &) = delete;

    std::atomic<std::uint64_t> wakes_count{0};

  private:
    std::atomic<bool> is_over_{false};
    std::thread thread_;
};

TEST(StormTest, OfWakesForNothingMovesNoDeadlineOfAConsumer) {
    TestRing ring;
    PeerThere peer;
    WaitStats stats;
    Message message;
    const Storm storm(&ring.commit_word(0));
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(wait_until(MessageWait<ConsumerMemory>{ring.consumer, message}, ParkWait{}, peer,
                         start_ns + 120 * kMillisecond_ns, stats),
              Code::kTimeout);
    EXPECT_GE(monotonic_ns() - start_ns, 120 * kMillisecond_ns);
    EXPECT_LE(monotonic_ns() - start_ns, 370 * kMillisecond_ns); // deadline plus 250 ms, a promise
    EXPECT_GT(stats.sleeps_count, 3U) << "no wake ended a sleep early";
    EXPECT_EQ(stats.late_wakes_count, 0U);
}

TEST(StormTest, OfWakesForNothingMovesNoDeadlineOfAProducer) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    PeerThere peer;
    WaitStats stats;
    const Storm storm(reinterpret_cast<const std::uint32_t *>(&ring.ring.consumer->released));
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(wait_until(RoomWait(ring.producer, 1), ParkWait{}, peer,
                         start_ns + 120 * kMillisecond_ns, stats),
              Code::kTimeout);
    EXPECT_GE(monotonic_ns() - start_ns, 120 * kMillisecond_ns);
    EXPECT_LE(monotonic_ns() - start_ns, 370 * kMillisecond_ns); // deadline plus 250 ms, a promise
    EXPECT_GT(stats.sleeps_count, 3U) << "no wake ended a sleep early";
}

// A peer that never looks for a sleeper, as if the announcement never arrived.
TEST(UnannouncedTest, ASleeperIsBackWithinItsTimeSlice) {
    TestRing ring({.peer_sleeps = false});
    PeerThere peer;
    WaitStats stats;
    Message message;
    std::int64_t sent_ns = 0;
    std::thread sender([&] {
        while (ring.ring.consumer->waiting == 0) {
            std::this_thread::yield();
        }
        sent_ns = monotonic_ns();
        EXPECT_EQ(ring.send("unheard"), Code::kOk);
    });
    EXPECT_EQ(wait_until(MessageWait<ConsumerMemory>{ring.consumer, message}, ParkWait{}, peer,
                         kForever, stats),
              Code::kOk);
    const std::int64_t known_ns = monotonic_ns();
    sender.join();
    EXPECT_LE(known_ns - sent_ns, kLongestSleep_ns + kUnhurried_ns);
}

TEST(UnannouncedTest, AProducerIsBackWithinItsTimeSlice) {
    TestRing ring({.peer_sleeps = false});
    while (ring.send("x") == Code::kOk) {
    }
    PeerThere peer;
    WaitStats stats;
    std::int64_t received_ns = 0;
    std::thread receiver([&] {
        while (ring.ring.producer->wants_room == 0) {
            std::this_thread::yield();
        }
        received_ns = monotonic_ns();
        ring.receive();
    });
    EXPECT_EQ(wait_until(RoomWait(ring.producer, 1), ParkWait{}, peer, kForever, stats), Code::kOk);
    const std::int64_t known_ns = monotonic_ns();
    receiver.join();
    EXPECT_LE(known_ns - received_ns, kLongestSleep_ns + kUnhurried_ns);
}

void stay_on_one_cpu() {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_SET(cpu, &one);
        }
    }
    sched_setaffinity(0, sizeof one, &one);
}

struct Company {
    const char *name;
    std::uint32_t wait;
    int hogs_count;
    std::uint64_t messages;
};

class OneCpuTest : public testing::TestWithParam<Company> {};

// What spins has to let the other one go on; beside hogs each gets a share of the CPU only.
TEST_P(OneCpuTest, IsEnoughForBothSides) {
    const TemporaryDirectory directory;
    std::vector<std::unique_ptr<Child>> hogs;
    for (int hog = 0; hog < GetParam().hogs_count; ++hog) {
        hogs.push_back(std::make_unique<Child>([] {
            stay_on_one_cpu();
            for (volatile unsigned turns = 0;;) {
                turns = turns + 1;
            }
            return 0;
        }));
    }
    const tickring_options_t options = options_with(GetParam().wait);
    Child producer([&] {
        stay_on_one_cpu();
        End end;
        int code = end.connect(directory.file("s"), options);
        for (std::uint64_t value = 0; value < GetParam().messages && code == TICKRING_OK; ++value) {
            code = end.send(value);
        }
        return code;
    });
    Child consumer([&] {
        stay_on_one_cpu();
        End end;
        int code = end.listen(directory.file("s"), options);
        for (std::uint64_t value = 0; value < GetParam().messages && code == TICKRING_OK; ++value) {
            code = end.receive() == value ? TICKRING_OK : 99;
        }
        return code;
    });
    EXPECT_EQ(consumer.wait(), TICKRING_OK);
    EXPECT_EQ(producer.wait(), TICKRING_OK);
}

INSTANTIATE_TEST_SUITE_P(Companies, OneCpuTest,
                         testing::Values(Company{"Spinning", TICKRING_WAIT_SPIN, 0, 20'000},
                                         Company{"Sleeping", TICKRING_WAIT_PARK, 0, 20'000},
                                         Company{"SpinningBesideHogs", TICKRING_WAIT_SPIN, 2, 2000},
                                         Company{"SleepingBesideHogs", TICKRING_WAIT_PARK, 2,
                                                 2000}),
                         [](const auto &tested) { return tested.param.name; });

} // namespace
} // namespace tickring::faults
