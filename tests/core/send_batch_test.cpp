// SPDX-License-Identifier: Apache-2.0
// Several messages that the producer writes in place and commits together.
#include "test_ring.hpp"

#include <array>
#include <random>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kUnits = 4096 / kUnitBytes;

// Room for messages of one size, by the ring's own addresses.
struct Room {
    std::byte *first = nullptr;
    std::uint64_t stride_bytes = 0;
    std::uint64_t count = 0;

    void write(std::uint64_t number, const std::string &text) const {
        std::memcpy(first + number * stride_bytes, text.data(), text.size());
    }
};

Room acquire(TestRing &ring, std::uint64_t payload_bytes, std::uint64_t most) {
    Room room;
    EXPECT_EQ(ring.producer.try_acquire(payload_bytes, room.first), Code::kOk);
    room.stride_bytes = record_bytes(payload_bytes);
    room.count = ring.producer.widen(most);
    return room;
}

Code commit(TestRing &ring, std::uint64_t count) {
    return ring.producer.commit_batch(std::vector<std::uint32_t>(count, 5));
}

TEST(SendBatchTest, HasEachMessageWithItsType) {
    TestRing ring({.publish_every = 3});
    const Room room = acquire(ring, 1, 3);
    ASSERT_EQ(room.count, 3U);
    for (std::uint64_t number = 0; number < 3; ++number) {
        room.write(number, std::string(1, static_cast<char>('a' + number)));
    }
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    ASSERT_EQ(ring.producer.commit_batch(std::array{7U, 0U, UINT32_MAX}), Code::kOk);
    EXPECT_EQ(ring.commit_word(0), 3U);
    for (const auto &[text, type_id] : {std::pair{"a", 7U}, {"b", 0U}, {"c", UINT32_MAX}}) {
        Message message;
        ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
        EXPECT_EQ(message.type_id, type_id);
        EXPECT_EQ(message.payload_bytes, 1U);
        EXPECT_EQ(std::memcmp(message.payload, text, 1), 0);
        ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    }
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    EXPECT_EQ(ring.producer.stats().messages_count, 3U);
    EXPECT_EQ(ring.producer.stats().payload_bytes, 3U);
    EXPECT_EQ(ring.producer.stats().publications_count, 1U);
}

TEST(SendBatchTest, CountsForThePublicationAsMessagesOneByOneDo) {
    TestRing ring({.publish_every = 4});
    ASSERT_EQ(ring.send("a"), Code::kOk);
    acquire(ring, 1, 8);
    ASSERT_EQ(commit(ring, 8), Code::kOk); // the fourth and the eighth of all end a run
    EXPECT_EQ(ring.commit_word(0), 4U);
    EXPECT_EQ(ring.commit_word(256), 4U);
    EXPECT_EQ(ring.commit_word(512), 0U);
    ring.producer.publish();
    EXPECT_EQ(ring.commit_word(512), 1U);
}

TEST(SendBatchTest, GivesBackWhatIsNotCommitted) {
    TestRing ring({.publish_every = 9});
    const Room room = acquire(ring, 100, 5);
    for (std::uint64_t number = 0; number < 5; ++number) {
        room.write(number, std::string(100, '\xff'));
    }
    ASSERT_EQ(commit(ring, 2), Code::kOk);
    ring.producer.publish();
    EXPECT_EQ(ring.commit_word(0), 4U);
    EXPECT_EQ(ring.commit_word(256), 0U) << "the word behind the run is what was given back";
    EXPECT_TRUE(ring.receive());
    EXPECT_TRUE(ring.receive());
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    acquire(ring, 100, 5);
    ASSERT_EQ(commit(ring, 0), Code::kOk);
    ASSERT_EQ(ring.send("next"), Code::kOk);
    ring.producer.publish();
    EXPECT_EQ(ring.receive(), "next");
}

TEST(SendBatchTest, HasNoMoreThanThereIsRoomFor) {
    TestRing ring;
    EXPECT_EQ(acquire(ring, 1, 1000).count, kUnits - 1);
    ASSERT_EQ(commit(ring, kUnits - 1), Code::kOk);
    std::byte *payload = nullptr;
    EXPECT_EQ(ring.producer.try_acquire(1, payload), Code::kFull);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(ring.receive());
    }
    EXPECT_EQ(acquire(ring, 65, 1000).count, 2U) << "messages of two units";
    ASSERT_EQ(ring.producer.rollback(), Code::kOk);
    EXPECT_EQ(acquire(ring, 1, 4).count, 4U);
}

TEST(SendBatchTest, LooksForMoreRoomBeforeItIsSmall) {
    TestRing ring;
    ASSERT_EQ(ring.send("a"), Code::kOk);
    for (std::uint64_t i = 1; i < kUnits - 2; ++i) {
        ASSERT_EQ(ring.send("b"), Code::kOk);
    }
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(ring.receive()); // which the producer has not seen: it knows of one unit
    }
    EXPECT_EQ(acquire(ring, 1, 9).count, 9U);
}

TEST(SendBatchTest, IsNoMessageAndAMessageIsNoBatch) {
    TestRing ring;
    std::byte *payload = nullptr;
    EXPECT_EQ(commit(ring, 1), Code::kBadState);
    acquire(ring, 8, 2);
    EXPECT_EQ(ring.producer.commit(8, 0), Code::kBadState);
    EXPECT_EQ(ring.producer.try_acquire(8, payload), Code::kBadState);
    ASSERT_EQ(ring.producer.rollback(), Code::kOk);
    EXPECT_EQ(ring.producer.rollback(), Code::kBadState);
    ASSERT_EQ(ring.producer.try_acquire(8, payload), Code::kOk);
    EXPECT_EQ(commit(ring, 1), Code::kBadState);
    ASSERT_EQ(ring.producer.commit(8, 0), Code::kOk);
    EXPECT_EQ(ring.producer.stats().messages_count, 1U);
}

TEST(SendBatchTest, OfOneIsABatch) {
    TestRing ring;
    EXPECT_EQ(acquire(ring, 8, 1).count, 1U);
    EXPECT_EQ(ring.producer.commit(8, 0), Code::kBadState);
    EXPECT_EQ(commit(ring, 1), Code::kOk);
}

TEST(SendBatchTest, OfMoreThanWereAcquiredIsRolledBack) {
    TestRing ring;
    acquire(ring, 8, 2);
    EXPECT_EQ(commit(ring, 3), Code::kInvalidArgument);
    EXPECT_EQ(commit(ring, 2), Code::kBadState);
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    ASSERT_EQ(ring.send("next"), Code::kOk);
    EXPECT_EQ(ring.receive(), "next");
}

TEST(SendBatchTest, IsLeftAloneByAPublicationOfWhatIsBeforeIt) {
    constexpr int kBefore = 5; // longer than one message of the batch
    TestRing ring({.publish_every = 9});
    for (int i = 0; i < kBefore; ++i) {
        ASSERT_EQ(ring.send("a"), Code::kOk);
    }
    const Room room = acquire(ring, 200, 3);
    for (std::uint64_t number = 0; number < 3; ++number) {
        room.write(number, std::string(200, 'b'));
    }
    ring.producer.publish();
    ASSERT_EQ(commit(ring, 3), Code::kOk);
    ring.producer.publish();
    for (int i = 0; i < kBefore; ++i) {
        EXPECT_EQ(ring.receive(), "a");
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ring.receive(), std::string(200, 'b'));
    }
}

// Batches of any size among messages of any size, published anywhere: what lies behind a run that
// ends inside a batch is a message that is written already.
TEST(SendBatchTest, KeepsEveryByteHoweverTheRunsFall) {
    std::mt19937 random(1);
    for (std::uint32_t publish_every = 1; publish_every < 8; ++publish_every) {
        TestRing ring({.publish_every = publish_every});
        for (int i = 0; i < 3'000; ++i) {
            const std::string text(random() % 300, '\xff');
            ASSERT_EQ(ring.send(text), Code::kOk);
            const std::string batched(random() % 300, '\xee');
            const Room room = acquire(ring, batched.size(), 1 + random() % 6);
            for (std::uint64_t number = 0; number < room.count; ++number) {
                room.write(number, batched);
            }
            const std::uint64_t sent = random() % (room.count + 1);
            ASSERT_EQ(commit(ring, sent), Code::kOk);
            ring.producer.publish();
            ASSERT_EQ(ring.receive(), text);
            for (std::uint64_t number = 0; number < sent; ++number) {
                ASSERT_EQ(ring.receive(), batched) << publish_every << ", round " << i;
            }
            ASSERT_EQ(ring.try_receive(), Code::kEmpty);
        }
    }
}

} // namespace
} // namespace tickring
