// SPDX-License-Identifier: Apache-2.0
// Several messages of one run, held by the consumer until one commit.
#include "test_ring.hpp"

#include <vector>

namespace tickring {
namespace {

std::string text_of(const Message &message) {
    return {reinterpret_cast<const char *>(message.payload), message.payload_bytes};
}

constexpr std::size_t kMoreThanFit = 100;

// What can be held at once, and why there is no more.
struct Batch {
    std::vector<std::string> texts;
    Code end = Code::kOk;
};

Batch acquire_all(Consumer &consumer) {
    Batch batch;
    Message message;
    for (batch.end = consumer.try_acquire(message);
         batch.end == Code::kOk && batch.texts.size() < kMoreThanFit;
         batch.end = consumer.try_acquire_more(message)) {
        batch.texts.push_back(text_of(message));
    }
    return batch;
}

void send_all(TestRing &ring, const std::vector<std::string> &texts) {
    for (const std::string &text : texts) {
        ASSERT_EQ(ring.send(text), Code::kOk);
    }
}

void fill(TestRing &ring) {
    while (ring.send("x") == Code::kOk) {
    }
}

using Texts = std::vector<std::string>;

TEST(BatchTest, HoldsARunUntilOneCommit) {
    TestRing ring({.publish_every = 3});
    send_all(ring, {"one", "", "three"});
    const Batch batch = acquire_all(ring.consumer);
    EXPECT_EQ(batch.texts, (Texts{"one", "", "three"}));
    EXPECT_EQ(batch.end, Code::kEmpty);
    EXPECT_EQ(ring.ring.consumer->released, 0U);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 192U);
    EXPECT_EQ(ring.consumer.commit(), Code::kBadState);
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
    EXPECT_EQ(ring.consumer.stats().messages_count, 3U);
    EXPECT_EQ(ring.consumer.stats().payload_bytes, 8U);
}

TEST(BatchTest, NeverBeginsAnotherRun) {
    TestRing ring({.publish_every = 2});
    send_all(ring, {"a", "b", "c", "d"});
    EXPECT_EQ(acquire_all(ring.consumer).texts, (Texts{"a", "b"}));
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(acquire_all(ring.consumer).texts, (Texts{"c", "d"}));
    EXPECT_EQ(ring.consumer.stats().publications_count, 2U);
}

TEST(BatchTest, NeedsAFirstMessage) {
    TestRing ring({.publish_every = 2});
    send_all(ring, {"a", "b"});
    Message message;
    EXPECT_EQ(ring.consumer.try_acquire_more(message), Code::kBadState);
    ASSERT_EQ(ring.receive(), "a");
    EXPECT_EQ(ring.consumer.try_acquire_more(message), Code::kBadState);
    EXPECT_EQ(ring.receive(), "b");
}

TEST(BatchTest, MayEndInsideARun) {
    TestRing ring({.publish_every = 4});
    send_all(ring, {"a", "b", "c", "d"});
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    ASSERT_EQ(ring.consumer.try_acquire_more(message), Code::kOk);
    EXPECT_EQ(ring.consumer.try_acquire(message), Code::kBadState);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(acquire_all(ring.consumer).texts, (Texts{"c", "d"}));
}

TEST(BatchTest, TellsThePositionOfItsFirstMessage) {
    TestRing ring({.publish_every = 3});
    send_all(ring, {"a", "b", "c", "d", "e", "f"});
    ASSERT_EQ(ring.receive(), "a");
    EXPECT_EQ(acquire_all(ring.consumer).texts, (Texts{"b", "c"}));
    EXPECT_EQ(ring.consumer.run_position(), 1U);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.consumer.run_position(), 3U);
    EXPECT_EQ(acquire_all(ring.consumer).texts.size(), 3U);
    EXPECT_EQ(ring.consumer.run_position(), 0U);
}

TEST(BatchTest, EndsWhereItsCommitGivesBackAnEighthOfTheRing) {
    TestRing ring({.publish_every = 1000});
    fill(ring);
    EXPECT_EQ(acquire_all(ring.consumer).texts.size(), 8U);
    EXPECT_EQ(ring.ring.consumer->released, 0U);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 4096U / 8U);
    ASSERT_TRUE(ring.receive()); // is not given back yet
    EXPECT_EQ(acquire_all(ring.consumer).texts.size(), 7U);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 4096U / 4U);
}

TEST(BatchTest, HoldsAMessageOfMoreThanAnEighthByItself) {
    TestRing ring({.publish_every = 2});
    send_all(ring, {std::string(600, 'x'), "b"});
    EXPECT_EQ(acquire_all(ring.consumer).texts, Texts{std::string(600, 'x')});
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.receive(), "b");
}

TEST(BatchTest, LetsAProducerThatWaitsForRoomGoOnWithItsCommit) {
    TestRing ring({.publish_every = 1000});
    fill(ring);
    ring.producer.announce_wait(64); // a record of two units
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    ASSERT_EQ(ring.consumer.try_acquire_more(message), Code::kOk);
    ASSERT_EQ(ring.consumer.try_acquire_more(message), Code::kOk);
    EXPECT_EQ(ring.producer.poll_room(64), Code::kFull);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 192U);
    EXPECT_EQ(ring.producer.poll_room(64), Code::kOk);
    EXPECT_EQ(ring.consumer.stats().wakes_count, 1U);
}

TEST(BatchTest, CrossesTheEndOfTheRing) {
    TestRing ring({.publish_every = 3, .origin = 4096 - 128});
    send_all(ring, {"a", std::string(100, 'b'), "c"});
    EXPECT_EQ(acquire_all(ring.consumer).texts, (Texts{"a", std::string(100, 'b'), "c"}));
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 4096U + 128U);
}

TEST(BatchTest, IsWholeBeforeADeadPeerIsReported) {
    TestRing ring({.publish_every = 2});
    send_all(ring, {"a", "b"});
    Message message;
    ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
    ring.consumer.end(Code::kPeerDead);
    ASSERT_EQ(ring.consumer.try_acquire_more(message), Code::kOk);
    EXPECT_EQ(ring.consumer.try_acquire_more(message), Code::kEmpty);
    ASSERT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.try_receive(), Code::kPeerDead);
}

class HostileBatchTest : public testing::TestWithParam<std::uint32_t> {};

// A run of three units, one of which is held.
TEST_P(HostileBatchTest, ARecordMustLieInWhatIsLeftBehindThoseThatAreHeld) {
    TestRing ring({.publish_every = 3});
    send_all(ring, {"a", "b", "c"});
    ring.ring.record(64).payload_bytes = GetParam();
    Batch batch = acquire_all(ring.consumer);
    EXPECT_EQ(batch.texts, Texts{"a"});
    EXPECT_EQ(batch.end, Code::kCorrupt);
    EXPECT_STREQ(ring.consumer.fault().field, "payload_bytes");
    EXPECT_EQ(ring.consumer.fault().limit, 112U);
    EXPECT_EQ(ring.ring.consumer->status, static_cast<std::uint32_t>(TICKRING_CORRUPT));
}

// 113 to 176 would fit into the run as a whole.
INSTANTIATE_TEST_SUITE_P(Size, HostileBatchTest,
                         testing::Values(113, 176, 177, 4096, 0x7fffffff, 0xffffffff));

TEST(HostileBatchTest, WhatIsHeldStaysSoUntilItsCommitAndNothingFollows) {
    TestRing ring({.publish_every = 3});
    send_all(ring, {"a", "b", "c"});
    ring.ring.record(64).payload_bytes = 4000;
    Message first;
    Message more;
    ASSERT_EQ(ring.consumer.try_acquire(first), Code::kOk);
    EXPECT_EQ(ring.consumer.try_acquire_more(more), Code::kCorrupt);
    EXPECT_EQ(ring.consumer.try_acquire_more(more), Code::kCorrupt);
    EXPECT_EQ(text_of(first), "a");
    EXPECT_EQ(ring.consumer.commit(), Code::kOk);
    EXPECT_EQ(ring.ring.consumer->released, 64U);
    ring.ring.record(64).payload_bytes = 1;
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
    EXPECT_EQ(ring.consumer.commit(), Code::kBadState);
}

} // namespace
} // namespace tickring
