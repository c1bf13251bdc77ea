// SPDX-License-Identifier: Apache-2.0
#include "test_ring.hpp"

#include <optional>
#include <random>
#include <utility>

namespace tickring {
namespace {

constexpr std::uint64_t kUnits = 4096 / kUnitBytes;

TEST(ProducerTest, PublishesEachMessageWhenPublishEveryIsOne) {
    TestRing ring;
    ASSERT_EQ(ring.send("a"), Code::kOk);
    EXPECT_EQ(ring.commit_word(0), 1U);
    EXPECT_EQ(ring.commit_word(64), 0U);
}

TEST(ProducerTest, KeepsCommittedMessagesInvisibleUntilTheBatchIsFull) {
    TestRing ring({.publish_every = 3});
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_EQ(ring.send("b"), Code::kOk);
    EXPECT_EQ(ring.commit_word(0), 0U);
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    ASSERT_EQ(ring.send("c"), Code::kOk);
    EXPECT_EQ(ring.commit_word(0), 3U);
}

TEST(ProducerTest, FlushPublishesWhatIsCommittedAndKeepsThePhase) {
    TestRing ring({.publish_every = 4});
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ring.producer.publish();
    EXPECT_EQ(ring.commit_word(0), 1U);
    ASSERT_EQ(ring.send("b"), Code::kOk);
    ASSERT_EQ(ring.send("c"), Code::kOk);
    EXPECT_EQ(ring.commit_word(64), 0U);
    ASSERT_EQ(ring.send("d"), Code::kOk); // the fourth since the beginning
    EXPECT_EQ(ring.commit_word(64), 3U);
}

TEST(ProducerTest, FlushOfNothingWritesNothing) {
    TestRing ring;
    ring.commit_word(0) = 7;
    ring.producer.publish();
    EXPECT_EQ(ring.commit_word(0), 7U);
}

TEST(ProducerTest, ClearsTheWordBehindARunBeforeItIsPublished) {
    TestRing ring;
    ring.commit_word(64) = 5; // as an old payload may have left it
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_TRUE(ring.receive());
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
}

TEST(ProducerTest, APublicationLeavesAloneWhatIsAcquired) {
    TestRing ring({.publish_every = 9});
    for (const std::size_t behind_bytes : {0UL, 48UL, 49UL, 200UL}) {
        ASSERT_EQ(ring.send("a"), Code::kOk);
        const std::string text(behind_bytes, 'b');
        std::byte *payload = nullptr;
        ASSERT_EQ(ring.producer.try_acquire(text.size(), payload), Code::kOk);
        std::memcpy(payload, text.data(), text.size());
        ring.producer.publish();
        ASSERT_EQ(ring.producer.commit(text.size(), 0), Code::kOk);
        ring.producer.publish();
        EXPECT_EQ(ring.receive(), "a");
        EXPECT_EQ(ring.receive(), text);
    }
}

// Fills all that is acquired with ones, whatever is committed of it. How many bytes were sent; none
// of a message that was given up.
std::optional<std::uint64_t> send_in_parts(TestRing &ring, std::mt19937 &random) {
    const std::uint64_t acquired_bytes = random() % 300;
    std::byte *payload = nullptr;
    EXPECT_EQ(ring.producer.try_acquire(acquired_bytes, payload), Code::kOk);
    std::memset(payload, 0xff, acquired_bytes);
    if (random() % 4 == 0) {
        EXPECT_EQ(ring.producer.rollback(), Code::kOk);
        return std::nullopt;
    }
    const std::uint64_t payload_bytes = random() % (acquired_bytes + 1);
    EXPECT_EQ(ring.producer.commit(payload_bytes, 1), Code::kOk);
    return payload_bytes;
}

std::optional<std::uint64_t> send_in_one_step(TestRing &ring, std::mt19937 &random) {
    const std::uint64_t payload_bytes = random() % 300;
    const bool gives_up = random() % 4 == 0;
    const auto write = [=](std::byte *payload) {
        std::memset(payload, 0xff, payload_bytes);
        return !gives_up;
    };
    EXPECT_EQ(ring.producer.poll_room(payload_bytes), Code::kOk); // it does not look itself
    EXPECT_EQ(ring.producer.send_at_once(payload_bytes, 1, write), !gives_up);
    return gives_up ? std::nullopt : std::optional(payload_bytes);
}

TEST(ProducerTest, FindsTheWordBehindARunClearedHoweverItsMessagesWereMade) {
    TestRing ring;
    std::mt19937 random(1);
    std::uint64_t end = 0;
    for (int i = 0; i < 40'000; ++i) {
        const auto send = random() % 2 == 0 ? send_in_parts : send_in_one_step;
        const std::optional<std::uint64_t> payload_bytes = send(ring, random);
        if (!payload_bytes) {
            continue;
        }
        end += record_bytes(*payload_bytes);
        ASSERT_EQ(ring.commit_word(end), 0U) << "message " << i;
        ASSERT_EQ(ring.receive(), std::string(*payload_bytes, '\xff'));
    }
}

TEST(ProducerTest, AMessageInOneStepCountsForTheBatch) {
    TestRing ring({.publish_every = 2});
    const auto write = [](std::byte *payload) {
        *payload = std::byte{'b'};
        return true;
    };
    ASSERT_EQ(ring.send("a"), Code::kOk);
    ASSERT_TRUE(ring.producer.send_at_once(1, 9, write));
    EXPECT_EQ(ring.commit_word(0), 2U);
    EXPECT_EQ(ring.receive(), "a");
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    EXPECT_EQ(message.type_id, 9U);
    EXPECT_EQ(ring.producer.stats().messages_count, 2U);
    EXPECT_EQ(ring.producer.stats().payload_bytes, 2U);
}

TEST(ProducerTest, NothingIsWrittenInOneStepWhereATryWouldRefuse) {
    const auto write = [](std::byte *) {
        ADD_FAILURE() << "written";
        return true;
    };
    TestRing full;
    for (std::uint64_t i = 0; i < kUnits - 1; ++i) {
        ASSERT_EQ(full.send("a"), Code::kOk);
    }
    EXPECT_FALSE(full.producer.send_at_once(1, 0, write));
    TestRing ring;
    EXPECT_FALSE(ring.producer.send_at_once(max_payload_bytes(4096) + 1, 0, write));
    EXPECT_FALSE(ring.producer.send_at_once(SIZE_MAX, 0, write));
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(1, payload), Code::kOk);
    EXPECT_FALSE(ring.producer.send_at_once(1, 0, write));
    ASSERT_EQ(ring.producer.rollback(), Code::kOk);
    ring.producer.end(Code::kPeerDead);
    EXPECT_FALSE(ring.producer.send_at_once(1, 0, write));
    EXPECT_EQ(ring.producer.stats().messages_count, 0U);
}

TEST(ProducerTest, NeverTouchesTheCommitWordOfTheMessageBeingWritten) {
    TestRing ring({.publish_every = 8});
    ring.commit_word(0) = 0;
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(100, payload), Code::kOk);
    std::memset(payload, 0xff, 100);
    ASSERT_EQ(ring.producer.commit(100, 1), Code::kOk);
    EXPECT_EQ(ring.commit_word(0), 0U);
}

TEST(ProducerTest, RollbackLeavesNoTrace) {
    TestRing ring;
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(500, payload), Code::kOk);
    std::memset(payload, 0xff, 500);
    ASSERT_EQ(ring.producer.rollback(), Code::kOk);
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    ASSERT_EQ(ring.send("after"), Code::kOk);
    EXPECT_EQ(ring.receive(), "after");
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
}

TEST(ProducerTest, RollbackAtTheEndOfTheRingLeavesNoTrace) {
    TestRing ring;
    for (std::uint64_t i = 0; i < kUnits - 1; ++i) {
        ASSERT_EQ(ring.send("x"), Code::kOk);
        ASSERT_TRUE(ring.receive());
    }
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(300, payload), Code::kOk); // runs over the end
    std::memset(payload, 0xff, 300);
    ASSERT_EQ(ring.producer.rollback(), Code::kOk);
    ring.producer.publish();
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    ASSERT_EQ(ring.send("after"), Code::kOk);
    EXPECT_EQ(ring.receive(), "after");
}

TEST(ProducerTest, KeepsOneUnitFreeForTheWordBehindTheLastRun) {
    TestRing ring;
    std::uint64_t sent = 0;
    while (ring.send("x") == Code::kOk) {
        ++sent;
    }
    EXPECT_EQ(sent, kUnits - 1);
    EXPECT_EQ(ring.send("x"), Code::kFull);
}

TEST(ProducerTest, FullRingPublishesWhatIsPendingBeforeItSaysSo) {
    TestRing ring({.publish_every = 1000});
    std::uint64_t sent = 0;
    while (ring.send("x") == Code::kOk) {
        ++sent;
    }
    EXPECT_EQ(ring.commit_word(0), sent);
    for (std::uint64_t i = 0; i < sent; ++i) {
        ASSERT_TRUE(ring.receive());
    }
    EXPECT_EQ(ring.send("x"), Code::kOk);
}

TEST(ProducerTest, TakesTheLargestPayloadAndRefusesOneByteMore) {
    TestRing ring;
    const std::uint64_t largest = max_payload_bytes(4096);
    EXPECT_EQ(largest, 4096U - 80U);
    std::byte *payload = nullptr;
    EXPECT_EQ(ring.producer.try_acquire(largest + 1, payload), Code::kTooLarge);
    EXPECT_EQ(ring.producer.try_acquire(~std::uint64_t{0}, payload), Code::kTooLarge);
    EXPECT_EQ(ring.producer.try_acquire(largest, payload), Code::kOk);
}

TEST(ProducerTest, RefusesASecondAcquireAndKeepsTheFirst) {
    TestRing ring;
    std::byte *first = nullptr;
    std::byte *second = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(8, first), Code::kOk);
    EXPECT_EQ(ring.producer.try_acquire(8, second), Code::kBadState);
    EXPECT_EQ(second, nullptr);
    std::memcpy(first, "intact!", 8);
    ASSERT_EQ(ring.producer.commit(7, 0), Code::kOk);
    EXPECT_EQ(ring.receive(), "intact!");
}

TEST(ProducerTest, RefusesACommitWithoutAcquire) {
    TestRing ring;
    EXPECT_EQ(ring.producer.commit(0, 0), Code::kBadState);
    EXPECT_EQ(ring.producer.rollback(), Code::kBadState);
    ASSERT_EQ(ring.send("a"), Code::kOk);
    EXPECT_EQ(ring.producer.commit(0, 0), Code::kBadState);
}

TEST(ProducerTest, RollsBackACommitOfMoreThanWasAcquired) {
    TestRing ring;
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(10, payload), Code::kOk);
    EXPECT_EQ(ring.producer.commit(11, 0), Code::kInvalidArgument);
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    EXPECT_EQ(ring.send("fine"), Code::kOk);
    EXPECT_EQ(ring.receive(), "fine");
}

TEST(ProducerTest, CommitsLessThanWasAcquired) {
    TestRing ring;
    std::byte *payload = nullptr;
    ASSERT_EQ(ring.producer.try_acquire(1000, payload), Code::kOk);
    std::memset(payload, 0xff, 1000); // also where the next commit word will lie
    std::memcpy(payload, "short", 5);
    ASSERT_EQ(ring.producer.commit(5, 9), Code::kOk);
    EXPECT_EQ(ring.receive(), "short");
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
}

TEST(ProducerTest, CloseMarksTheEndBehindWhatIsPending) {
    TestRing ring({.publish_every = 10});
    ASSERT_EQ(ring.send("last"), Code::kOk);
    ring.producer.close();
    EXPECT_EQ(ring.receive(), "last");
    EXPECT_EQ(ring.try_receive(), Code::kPeerClosed);
    EXPECT_EQ(ring.send("more"), Code::kBadState);
}

TEST(ProducerTest, LearnsFromAFullRingThatTheConsumerHasClosed) {
    TestRing ring;
    ring.consumer.close();
    Code code = Code::kOk;
    while (code == Code::kOk) {
        code = ring.send("x");
    }
    EXPECT_EQ(code, Code::kPeerClosed);
    EXPECT_EQ(ring.send("x"), Code::kPeerClosed);
}

class HostileReleaseTest : public testing::TestWithParam<std::uint64_t> {};

// What the producer had published is 63 units of one byte each.
TEST_P(HostileReleaseTest, IsCorruptForGoodAndNothingIsOverwritten) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    ring.ring.consumer->released = GetParam();
    EXPECT_EQ(ring.send("y"), Code::kCorrupt);
    EXPECT_STREQ(ring.producer.fault().field, "released");
    ring.ring.consumer->released = 64;
    EXPECT_EQ(ring.send("y"), Code::kCorrupt);
    EXPECT_EQ(ring.ring.producer->status, static_cast<std::uint32_t>(TICKRING_CORRUPT));
}

INSTANTIATE_TEST_SUITE_P(Released, HostileReleaseTest,
                         testing::Values(63, 66, 32, 64 * 64, std::uint64_t{1} << 40,
                                         ~std::uint64_t{0}, ~std::uint64_t{63}));

// A peer that changes the word as soon as it has been looked at.
struct ChangingMemory : ProducerMemory {
    using ProducerMemory::ProducerMemory;
    mutable bool has_loaded = false;
    [[nodiscard]] std::uint64_t load_released() const noexcept {
        return std::exchange(has_loaded, true) ? ~std::uint64_t{0}
                                               : ProducerMemory::load_released();
    }
};

TEST(HostileReleaseTest, IsReadOnceAndWhatWasCheckedIsUsed) {
    TestRing ring;
    BasicProducer<ChangingMemory> producer(ChangingMemory(ring.ring), {ring.ring.capacity_bytes});
    std::byte *payload = nullptr;
    ASSERT_EQ(producer.try_acquire(4016, payload), Code::kOk);
    ASSERT_EQ(producer.commit(4016, 0), Code::kOk);
    ring.ring.consumer->released = 4032;
    ASSERT_EQ(producer.try_acquire(4016, payload), Code::kOk);
    ASSERT_EQ(producer.commit(4016, 0), Code::kOk);
    EXPECT_EQ(producer.try_acquire(4016, payload), Code::kCorrupt);
}

TEST(HostileReleaseTest, IsCorruptWhenItFallsBack) {
    TestRing ring;
    while (ring.send("x") == Code::kOk) {
    }
    ring.ring.consumer->released = 128;
    ASSERT_EQ(ring.send("x"), Code::kOk);
    ASSERT_EQ(ring.send("x"), Code::kOk);
    ring.ring.consumer->released = 64;
    EXPECT_EQ(ring.send("x"), Code::kCorrupt);
}

} // namespace
} // namespace tickring
