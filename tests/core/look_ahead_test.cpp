// SPDX-License-Identifier: Apache-2.0
// How far a consumer sees ahead of what it takes.
#include "test_ring.hpp"

namespace tickring {
namespace {

TEST(LookAheadTest, SeesWholeRunsAsFarAsIsAskedFor) {
    TestRing ring({.publish_every = 2});
    EXPECT_EQ(ring.consumer.look_ahead(1), 0U);
    for (int i = 0; i < 7; ++i) {
        ASSERT_EQ(ring.send("x"), Code::kOk);
    }
    EXPECT_EQ(ring.consumer.look_ahead(1), 128U);
    EXPECT_EQ(ring.consumer.look_ahead(129), 256U);
    EXPECT_EQ(ring.consumer.look_ahead(4096), 384U); // the last message is not published
}

TEST(LookAheadTest, CountsFromTheNextMessageAndTakesNone) {
    TestRing ring({.publish_every = 2});
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(ring.send(std::string(1, static_cast<char>('a' + i))), Code::kOk);
    }
    EXPECT_EQ(ring.receive(), "a");
    EXPECT_EQ(ring.consumer.look_ahead(4096), 192U);
    EXPECT_EQ(ring.consumer.stats().publications_count, 1U);
    EXPECT_EQ(ring.receive(), "b");
    EXPECT_EQ(ring.receive(), "c");
    EXPECT_EQ(ring.consumer.look_ahead(4096), 64U);
}

TEST(LookAheadTest, FindsItsPlaceAgainAfterMessagesThatItDidNotSee) {
    TestRing ring;
    for (int lap = 0; lap < 200; ++lap) {
        ASSERT_EQ(ring.send("x"), Code::kOk);
        ASSERT_TRUE(ring.receive());
        if (lap % 70 == 69) { // more than a ring of 63 messages further
            EXPECT_EQ(ring.consumer.look_ahead(64), 0U);
            ASSERT_EQ(ring.send("x"), Code::kOk);
            EXPECT_EQ(ring.consumer.look_ahead(64), 64U);
            ASSERT_TRUE(ring.receive());
        }
    }
}

TEST(LookAheadTest, EndsWhereTheStreamDoes) {
    TestRing ring;
    ASSERT_EQ(ring.send("x"), Code::kOk);
    ring.producer.close();
    EXPECT_EQ(ring.consumer.look_ahead(4096), 64U);
    EXPECT_TRUE(ring.receive());
    EXPECT_EQ(ring.consumer.look_ahead(4096), 0U);
    EXPECT_EQ(ring.try_receive(), Code::kPeerClosed);
}

TEST(LookAheadTest, LeavesNonsenseToTheNextAcquire) {
    TestRing ring;
    ASSERT_EQ(ring.send("x"), Code::kOk);
    ring.commit_word(64) = 64;
    EXPECT_EQ(ring.consumer.look_ahead(4096), 64U);
    EXPECT_TRUE(ring.receive());
    EXPECT_EQ(ring.try_receive(), Code::kCorrupt);
    EXPECT_EQ(ring.consumer.look_ahead(4096), 0U);
}

} // namespace
} // namespace tickring
