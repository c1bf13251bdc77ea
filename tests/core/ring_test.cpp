// SPDX-License-Identifier: Apache-2.0
// Both sides together, in one thread: every size, every offset, every counter.
#include "test_ring.hpp"

#include <deque>
#include <random>

namespace tickring {
namespace {

std::string pattern(std::uint64_t payload_bytes, std::uint64_t seed) {
    std::string text(payload_bytes, '\0');
    for (std::uint64_t i = 0; i < payload_bytes; ++i) {
        text[i] = static_cast<char>(seed + i * 7);
    }
    return text;
}

TEST(RingTest, EveryPayloadSizePassesAtEveryOffset) {
    const std::uint64_t largest = max_payload_bytes(4096);
    const std::string text = pattern(largest, 3);
    for (std::uint64_t offset = 0; offset < 4096; offset += kUnitBytes) {
        TestRing ring({.origin = offset});
        for (std::uint64_t size = 0; size <= largest; ++size) {
            ASSERT_EQ(ring.send(std::string_view(text).substr(0, size)), Code::kOk);
            Message message;
            ASSERT_EQ(ring.consumer.try_acquire(message), Code::kOk);
            ASSERT_EQ(message.payload_bytes, size);
            ASSERT_EQ(std::memcmp(message.payload, text.data(), size), 0);
            ASSERT_EQ(ring.consumer.commit(), Code::kOk);
            // A second record takes the rest of the lap, so the next one is at the offset again.
            const std::uint64_t rest = 4096 - record_bytes(size) - kRecordHeaderBytes;
            ASSERT_EQ(ring.send(std::string_view(text).substr(0, rest)), Code::kOk);
            ASSERT_EQ(ring.receive()->size(), rest);
        }
        std::byte *payload = nullptr;
        ASSERT_EQ(ring.producer.try_acquire(largest + 1, payload), Code::kTooLarge);
    }
}

TEST(RingTest, BatchLargerThanTheRingNeverStalls) {
    TestRing ring({.publish_every = 100'000});
    std::uint64_t received = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        Code code = ring.send("x");
        if (code == Code::kFull) {
            while (ring.receive()) {
                ++received;
            }
            code = ring.send("x");
        }
        ASSERT_EQ(code, Code::kOk);
    }
    ring.producer.publish();
    while (ring.receive()) {
        ++received;
    }
    EXPECT_EQ(received, 10'000U);
}

class OriginTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OriginTest, PositionsPassTheirLimitsUnnoticed) {
    TestRing ring({.publish_every = 3, .origin = GetParam()});
    std::deque<std::string> expected;
    for (std::uint64_t i = 0; i < 500; ++i) {
        std::string text = pattern(i % 200, i);
        while (ring.send(text) == Code::kFull) {
            ASSERT_EQ(ring.receive(), expected.front());
            expected.pop_front();
        }
        expected.push_back(std::move(text));
    }
    ring.producer.publish();
    while (!expected.empty()) {
        ASSERT_EQ(ring.receive(), expected.front());
        expected.pop_front();
    }
    EXPECT_EQ(ring.try_receive(), Code::kEmpty);
}

INSTANTIATE_TEST_SUITE_P(Limits, OriginTest,
                         testing::Values((std::uint64_t{1} << 32) - 1024,
                                         (std::uint64_t{1} << 38) - 1024,
                                         (std::uint64_t{1} << 63) - 1024,
                                         ~std::uint64_t{0} - 1023));

struct Shape {
    std::uint64_t capacity_bytes;
    std::uint32_t publish_every;
    std::uint64_t largest_payload;
};

class RandomOperationsTest : public testing::TestWithParam<Shape> {};

// Any order of calls, against a plain queue that knows what is committed and what is published.
TEST_P(RandomOperationsTest, BehaveLikeAQueue) {
    const Shape shape = GetParam();
    TestRing ring({.capacity_bytes = shape.capacity_bytes, .publish_every = shape.publish_every});
    std::mt19937_64 random(shape.capacity_bytes + shape.publish_every);
    std::deque<std::string> queue;
    for (int step = 0; step < 200'000; ++step) {
        const std::uint64_t size = random() % (shape.largest_payload + 1);
        std::byte *payload = nullptr;
        switch (random() % 8) {
        case 0:
            ring.producer.publish();
            break;
        case 1:
            if (ring.producer.try_acquire(size, payload) == Code::kOk) {
                std::memset(payload, 0xff, size);
                ASSERT_EQ(ring.producer.rollback(), Code::kOk);
            }
            break;
        case 2:
        case 3:
        case 4: {
            const std::string text = pattern(size, static_cast<std::uint64_t>(step));
            const Code code = ring.send(text);
            ASSERT_TRUE(code == Code::kOk || code == Code::kFull);
            if (code == Code::kOk) {
                queue.push_back(text);
            }
            break;
        }
        case 5: {
            const std::uint64_t most = 1 + random() % 20;
            Message message;
            std::uint64_t taken = 0;
            for (Code code = ring.consumer.try_acquire(message); code == Code::kOk;
                 code = ring.consumer.try_acquire_more(message)) {
                ASSERT_FALSE(queue.empty());
                ASSERT_EQ(message.payload_bytes, queue.front().size());
                ASSERT_EQ(std::memcmp(message.payload, queue.front().data(), queue.front().size()),
                          0);
                queue.pop_front();
                if (++taken == most) {
                    break;
                }
            }
            ASSERT_EQ(ring.consumer.commit(), taken > 0 ? Code::kOk : Code::kBadState);
            break;
        }
        default:
            if (auto text = ring.receive()) {
                ASSERT_FALSE(queue.empty());
                ASSERT_EQ(*text, queue.front());
                queue.pop_front();
            }
        }
    }
    ring.producer.publish();
    while (auto text = ring.receive()) {
        ASSERT_EQ(*text, queue.front());
        queue.pop_front();
    }
    EXPECT_TRUE(queue.empty());
}

INSTANTIATE_TEST_SUITE_P(Shapes, RandomOperationsTest,
                         testing::Values(Shape{4096, 1, 100}, Shape{4096, 32, 40},
                                         Shape{4096, 5, 4016}, Shape{4096, 1000, 300},
                                         Shape{65536, 7, 9000}));

} // namespace
} // namespace tickring
