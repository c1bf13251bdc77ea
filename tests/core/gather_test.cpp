// SPDX-License-Identifier: Apache-2.0
// When a consumer of batches stays behind its producer: by the rule alone, and through the C
// interface.
#include "bus.hpp"
#include "temporary_directory.hpp"
#include "test_ring.hpp"

#include <tickring/tickring.h>

#include <array>
#include <thread>
#include <utility>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kCapacityBytes = 1 << 20;
constexpr std::uint64_t kDistanceBytes = Gather::kDistanceBytes;
constexpr std::uint64_t kLeastBytes = Gather::kLeastBytes;

// Waits until it tries.
std::uint32_t waits_until_on(Gather &gather) {
    std::uint32_t waits = 0;
    while (!gather.is_on()) {
        gather.note_wait();
        ++waits;
    }
    return waits;
}

TEST(GatherTest, TriesMoreAndMoreSeldomForAStreamThatDoesNotPay) {
    Gather gather(kCapacityBytes);
    for (std::uint32_t waits : {64U, 128U, 256U, 512U, 1024U, 2048U, 4096U, 4096U}) {
        EXPECT_EQ(waits_until_on(gather), waits);
        gather.note_pause(0, kLeastBytes - 1);
        EXPECT_FALSE(gather.is_on());
    }
}

TEST(GatherTest, StaysOnWhileAPauseBringsEnough) {
    Gather gather(kCapacityBytes);
    (void)waits_until_on(gather);
    gather.note_pause(1'000, 1'000 + kLeastBytes);
    EXPECT_TRUE(gather.is_on());
    gather.note_pause(kDistanceBytes - 1, kDistanceBytes); // little, but no more was looked for
    EXPECT_TRUE(gather.is_on());
    gather.note_pause(1'000, 1'000 + kLeastBytes - 1);
    EXPECT_FALSE(gather.is_on());
}

TEST(GatherTest, StaysOnThroughAWaitWithoutAPause) {
    Gather gather(kCapacityBytes);
    (void)waits_until_on(gather);
    gather.note_wait(); // so much had come meanwhile that there was nothing to wait for
    EXPECT_TRUE(gather.is_on());
}

TEST(GatherTest, TriesSoonAgainAfterAStreamThatPaid) {
    Gather gather(kCapacityBytes);
    (void)waits_until_on(gather);
    gather.note_pause(0, 0);
    EXPECT_EQ(waits_until_on(gather), 2 * Gather::kFewestWaits);
    gather.note_pause(0, kLeastBytes);
    gather.note_pause(0, 0);
    EXPECT_EQ(waits_until_on(gather), 2 * Gather::kFewestWaits);
}

TEST(GatherTest, KeepsAnEighthOfASmallRing) {
    EXPECT_EQ(Gather(4096).distance_bytes(), 512U);
    EXPECT_EQ(Gather(kCapacityBytes).distance_bytes(), kDistanceBytes);
}

// A consumer whose producer sends so much during each pause, in units.
class PausingConsumer {
  public:
    explicit PausingConsumer(std::vector<int> sent_in_pauses)
        : sent_in_pauses_(std::move(sent_in_pauses)) {
        (void)waits_until_on(gather);
    }
    void stay_behind() {
        gather.stay_behind(ring_.consumer, [this] {
            for (int i = 0; i < sent_in_pauses_.at(gather.pauses_count()); ++i) {
                EXPECT_EQ(ring_.send("x"), Code::kOk);
            }
        });
    }
    Gather gather{kCapacityBytes};

  private:
    TestRing ring_{{.capacity_bytes = kCapacityBytes}};
    std::vector<int> sent_in_pauses_;
};

constexpr int kLeast = kLeastBytes / kUnitBytes;
constexpr int kDistance = kDistanceBytes / kUnitBytes;

TEST(StayBehindTest, GoesOnUntilEnoughIsAhead) {
    PausingConsumer consumer({kLeast, kLeast, kDistance - 2 * kLeast});
    consumer.stay_behind();
    EXPECT_EQ(consumer.gather.pauses_count(), 3U);
    EXPECT_TRUE(consumer.gather.is_on());
    consumer.stay_behind(); // enough is there
    EXPECT_EQ(consumer.gather.pauses_count(), 3U);
}

TEST(StayBehindTest, EndsWithThePauseThatBringsTooLittle) {
    PausingConsumer consumer({kLeast, kLeast - 1, kDistance});
    consumer.stay_behind();
    EXPECT_EQ(consumer.gather.pauses_count(), 2U);
    EXPECT_FALSE(consumer.gather.is_on());
}

// Both ends in this process.
class GatherBusTest : public testing::Test {
  protected:
    void open(std::uint32_t wait, std::uint64_t capacity_bytes = kCapacityBytes) {
        const TemporaryDirectory directory;
        const std::string path = directory.file("s");
        tickring_options_t options;
        tickring_options_init(&options);
        options.wait = wait;
        options.arrival_timeout_ns = 5'000'000'000;
        std::thread listener([&] {
            EXPECT_EQ(tickring_bus_listen_with(path.c_str(), capacity_bytes, &options, &rx_),
                      TICKRING_OK);
        });
        EXPECT_EQ(tickring_bus_connect_with(path.c_str(), &options, &tx_), TICKRING_OK);
        listener.join();
    }
    void TearDown() override {
        tickring_bus_close(tx_);
        tickring_bus_close(rx_);
    }

    // Pauses of so many calls that find nothing.
    std::uint64_t pauses_of_waits(std::size_t most, std::int64_t timeout_ns) {
        const std::uint64_t before = rx_->gather.pauses_count();
        for (std::uint32_t i = 0; i < Gather::kFewestWaits; ++i) {
            EXPECT_EQ(receive(most, timeout_ns), 0U);
            EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
        }
        return rx_->gather.pauses_count() - before;
    }

    void send(std::uint64_t bytes) {
        for (std::uint64_t sent = 0; sent < bytes; sent += record_bytes(sizeof sent)) {
            ASSERT_EQ(tickring_send(tx_, &sent, sizeof sent, 1, 0), TICKRING_OK);
        }
        ASSERT_EQ(tickring_flush(tx_), TICKRING_OK);
    }

    // Messages of one batch, given back.
    std::size_t receive(std::size_t most, std::int64_t timeout_ns) {
        std::array<tickring_message_t, 64> messages;
        const std::size_t count = tickring_acquire_rx_batch(rx_, messages.data(), most, timeout_ns);
        if (count > 0) {
            EXPECT_EQ(tickring_commit_rx(rx_), TICKRING_OK);
        }
        return count;
    }

    tickring_bus_t *rx_ = nullptr;
    tickring_bus_t *tx_ = nullptr;
};

TEST_F(GatherBusTest, TriesForBatchesOnly) {
    open(TICKRING_WAIT_SPIN);
    EXPECT_EQ(pauses_of_waits(1, 1), 0U);
    EXPECT_EQ(pauses_of_waits(2, 1), 1U);
}

TEST_F(GatherBusTest, TriesWhereAWaitSpinsFirst) {
    open(TICKRING_WAIT_HYBRID);
    EXPECT_EQ(pauses_of_waits(2, 1), 1U);
}

TEST_F(GatherBusTest, DoesNotTryForOneWhoParksOrDoesNotWait) {
    open(TICKRING_WAIT_SPIN);
    EXPECT_EQ(pauses_of_waits(2, 0), 0U);
    TearDown();
    open(TICKRING_WAIT_PARK);
    EXPECT_EQ(pauses_of_waits(2, 1), 0U);
}

TEST_F(GatherBusTest, LeavesTheNewestUntilMoreFollowsOrNothingDoes) {
    open(TICKRING_WAIT_SPIN);
    rx_->gather.note_pause(0, kDistanceBytes); // a stream that pays
    send(kDistanceBytes);
    EXPECT_EQ(receive(64, 1'000'000), 1U); // far enough behind
    EXPECT_EQ(rx_->gather.pauses_count(), 1U);
    EXPECT_EQ(receive(64, 0), 1U); // does not wait
    EXPECT_EQ(rx_->gather.pauses_count(), 1U);
    EXPECT_EQ(receive(64, 1'000'000), 1U); // nothing follows
    EXPECT_EQ(rx_->gather.pauses_count(), 2U);
    EXPECT_EQ(receive(64, 1'000'000), 1U); // and so on, without a further look
    EXPECT_EQ(rx_->gather.pauses_count(), 2U);
}

// In a ring so small that both keep stopping each other, a consumer that stays behind whenever it
// can, and gives up each time that the producer waits for it.
TEST_F(GatherBusTest, DeliversEveryMessageInOrder) {
    open(TICKRING_WAIT_SPIN, 4096);
    constexpr std::uint64_t kMessages = 200'000;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < kMessages; ++i) {
            ASSERT_EQ(tickring_send(tx_, &i, sizeof i, 1, 5'000'000'000), TICKRING_OK);
        }
        ASSERT_EQ(tickring_flush(tx_), TICKRING_OK);
    });
    std::array<tickring_message_t, 64> messages;
    std::uint64_t expected = 0;
    while (expected < kMessages) {
        rx_->gather.note_pause(0, kDistanceBytes); // a stream that pays
        const std::size_t count =
            tickring_acquire_rx_batch(rx_, messages.data(), messages.size(), 5'000'000'000);
        ASSERT_GT(count, 0U) << tickring_last_error_text();
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t number = 0;
            std::memcpy(&number, messages[i].payload, sizeof number);
            ASSERT_EQ(number, expected++);
        }
        ASSERT_EQ(tickring_commit_rx(rx_), TICKRING_OK);
    }
    producer.join();
}

} // namespace
} // namespace tickring
