// SPDX-License-Identifier: Apache-2.0
#include "test_ring.hpp"

#include <utility>

namespace tickring {
namespace {

TEST(ConsumerTest, DeliversPayloadSizeAndType) {
    TestRing ring;
    ASSERT_EQ(ring.send("hello", 42), Code::kOk);
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    EXPECT_EQ(message.type_id, 42U);
    EXPECT_EQ(message.payload_bytes, 5U);
    EXPECT_EQ(std::memcmp(message.payload, "hello", 5), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(message.payload) % 16, 0U);
}

TEST(ConsumerTest, DeliversAnEmptyMessage) {
    TestRing ring;
    ASSERT_EQ(ring.send(""), Code::kOk);
    EXPECT_EQ(ring.receive(), "");
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
}

TEST(ConsumerTest, RefusesASecondAcquireAndACommitWithoutOne) {
    TestRing ring;
    EXPECT_EQ(ring.consumer.commit(), Code::kBadState);
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_EQ(ring.send("b"), Code::kOk);
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    EXPECT_EQ(ring.consumer.try_acquire(message), Code::kBadState);
    EXPECT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.consumer.commit(), Code::kBadState);
    EXPECT_EQ(ring.receive(), "b");
}

TEST(ConsumerTest, CountsThePositionInsideARun) {
    TestRing ring({.publish_every = 3});
    for (int i = 0; i < 6; ++i) {
        ASSERT_EQ(ring.send("x"), Code::kOk);
    }
    for (std::uint32_t expected : {0U, 1U, 2U, 0U, 1U, 2U}) {
        Message message;
        ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
        EXPECT_EQ(ring.consumer.run_position(), expected);
        ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    }
}

TEST(ConsumerTest, ReleasesAtTheEndOfARun) {
    TestRing ring({.publish_every = 2});
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_EQ(ring.send("b"), Code::kOk);
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.ring.consumer->released, 0U);
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.ring.consumer->released, 128U);
}

TEST(ConsumerTest, ReleasesAnEighthOfTheRingInsideALongRun) {
    TestRing ring({.publish_every = 1000});
    while (ring.send("x") == Code::kOk) {
    }
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(ring.receive());
    }
    EXPECT_EQ(ring.ring.consumer->released, 0U);
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.ring.consumer->released, 4096U / 8U);
}

TEST(ConsumerTest, ReleasesInsideARunAsSoonAsAWaitingProducerCouldGoOn) {
    TestRing ring({.publish_every = 1000});
    while (ring.send("x") == Code::kOk) {
    }
    ring.producer.announce_wait(64); // a record of two units
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.ring.consumer->released, 0U);
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.ring.consumer->released, 128U);
    EXPECT_EQ(ring.producer.poll_room(64), Code::kOk);
}

TEST(ConsumerTest, WakesAWaitingProducerOncePerPositionItNames) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    ring.producer.announce_wait(1);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(ring.receive());
    }
    EXPECT_EQ(ring.consumer.stats().wakes_count, 1U);
}

TEST(ConsumerTest, SendsNoWakeToAProducerThatOnlySpins) {
    TestRing ring({.peer_sleeps = false});
    while (ring.send("x") == Code::kOk) {
    }
    ring.producer.announce_wait(1);
    while (ring.receive()) {
    }
    EXPECT_EQ(ring.consumer.stats().wakes_count, 0U);
}

TEST(ConsumerTest, DeliversEverythingBeforeItReportsADeadPeer) {
    TestRing ring({.publish_every = 2});
    for (const char *text : {"a", "b", "c"}) {
        ASSERT_EQ(ring.send(text), Code::kOk);
    }
    ring.consumer.end(Code::kPeerDead);
    EXPECT_EQ(ring.receive(), "a");
    EXPECT_EQ(ring.receive(), "b");
    EXPECT_EQ(ring.try_receive(), Code::kPeerDead); // the third was never published
}

TEST(ConsumerTest, PrefersTheCloseMarkToADeadPeer) {
    TestRing ring;
    ring.producer.close();
    ring.consumer.end(Code::kPeerDead);
    EXPECT_EQ(ring.try_receive(), Code::kPeerClosed);
}

class HostileCommitTest : public testing::TestWithParam<std::uint32_t> {};

TEST_P(HostileCommitTest, IsCorruptForGood) {
    TestRing ring;
    ring.commit_word(0) = GetParam();
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
    EXPECT_STREQ(ring.consumer.fault().field, "commit");
    ring.commit_word(0) = 1;
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
    EXPECT_EQ(ring.ring.consumer->status, static_cast<std::uint32_t>(TICKRING_CORRUPT));
}

INSTANTIATE_TEST_SUITE_P(Commit, HostileCommitTest,
                         testing::Values(64, 65, 0x7fffffff, 0x80000000, 0xfffffffe));

class HostileSizeTest : public testing::TestWithParam<std::uint32_t> {};

TEST_P(HostileSizeTest, IsCorruptWhenARecordDoesNotFitItsRun) {
    TestRing ring;
    ring.ring.record(0).payload_bytes = GetParam();
    ring.commit_word(0) = 2; // room for 112 bytes
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
    EXPECT_STREQ(ring.consumer.fault().field, "payload_bytes");
}

INSTANTIATE_TEST_SUITE_P(Size, HostileSizeTest,
                         testing::Values(113, 4096, 0x7fffffff, 0xffffffc0, 0xffffffff));

TEST(HostileSizeTest, IsCorruptAlsoInTheMiddleOfARun) {
    TestRing ring({.publish_every = 2});
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_EQ(ring.send("b"), Code::kOk);
    ring.ring.record(64).payload_bytes = 49;
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
}

// A peer that changes every word of a record as soon as it has been looked at.
struct ChangingMemory : ConsumerMemory {
    using ConsumerMemory::ConsumerMemory;
    mutable bool has_sized = false;
    mutable bool has_committed = false;
    [[nodiscard]] std::uint32_t load_commit(std::uint64_t position) const noexcept {
        const bool again = std::exchange(has_committed, true);
        return again ? 0x7fffffff : ConsumerMemory::load_commit(position);
    }
    [[nodiscard]] std::uint32_t load_payload_bytes(std::uint64_t position) const noexcept {
        const bool again = std::exchange(has_sized, true);
        return again ? 0xffffffff : ConsumerMemory::load_payload_bytes(position);
    }
};

TEST(HostileSizeTest, IsReadOnceAndWhatWasCheckedIsUsed) {
    TestRing ring;
    ASSERT_EQ(ring.send("hello"), Code::kOk);
    BasicConsumer<ChangingMemory> consumer(ChangingMemory(ring.ring), {ring.ring.capacity_bytes});
    Message message;
    ASSERT_EQ(consumer.try_acquire(message), Code::kOk);
    EXPECT_EQ(message.payload_bytes, 5U);
    EXPECT_EQ(consumer.stats().payload_bytes, 5U);
    ASSERT_EQ(consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 64U);
}

// One bit at a time, anywhere in what the producer writes: never a view outside the run.
TEST(HostileBitsTest, NoFlippedBitYieldsARecordOutsideTheRing) {
    for (int bit = 0; bit < 96; ++bit) {
        TestRing ring;
        ASSERT_EQ(ring.send(std::string(100, 'x')), Code::kOk);
        auto *const words = reinterpret_cast<std::uint32_t *>(&ring.ring.record(0));
        words[bit / 32] ^= 1U << (bit % 32);
        Message message;
        const Code code = ring.consumer.try_acquire(message);
        if (code == Code::kOk) {
            EXPECT_LE(message.payload_bytes, max_payload_bytes(4096)) << "bit " << bit;
        } else {
            EXPECT_TRUE(code == Code::kCorrupt || code == Code::kEmpty) << "bit " << bit;
        }
    }
}

} // namespace
} // namespace tickring
