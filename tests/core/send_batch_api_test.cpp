// SPDX-License-Identifier: Apache-2.0
// Several messages that are written in place and committed together, through the C interface.
#include "bus_test.hpp"

#include <array>
#include <future>

namespace tickring {
namespace {

class SendBatchApiTest : public BusTest {
  protected:
    std::size_t acquire(std::size_t payload_bytes, std::size_t most, std::int64_t timeout_ns = 0) {
        return tickring_acquire_tx_batch(tx, payload_bytes, most, timeout_ns, &first,
                                         &stride_bytes);
    }
    void write(std::size_t number, const char *text) {
        std::memcpy(static_cast<char *>(first) + number * stride_bytes, text, std::strlen(text));
    }
    // Messages of so many letters that begin with the given one.
    void expect_messages(std::size_t count, const std::string &text) {
        std::string received;
        for (std::size_t number = 0; number < count; ++number) {
            ASSERT_EQ(receive(received), TICKRING_OK) << number;
            EXPECT_EQ(received, text);
        }
    }
    void *first = nullptr;
    std::size_t stride_bytes = 0;
};

constexpr std::array<std::uint32_t, 128> kTypes{};

TEST_F(SendBatchApiTest, MessagesAreWrittenInPlaceAndSeenAfterTheCommit) {
    tickring_options_t options = options_with();
    options.publish_every = 2;
    connect(options);
    ASSERT_EQ(acquire(5, 2), 2U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 16, 0U);
    EXPECT_EQ(stride_bytes, 64U);
    write(0, "hello");
    write(1, "world");
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
    ASSERT_EQ(tickring_commit_tx_batch(tx, std::array{1U, 2U}.data(), 2), TICKRING_OK);
    tickring_message_t messages[4]{};
    ASSERT_EQ(tickring_acquire_rx_batch(rx, messages, 4, 0), 2U) << "one publication";
    EXPECT_EQ(std::memcmp(messages[0].payload, "hello", 5), 0);
    EXPECT_EQ(messages[0].type_id, 1U);
    EXPECT_EQ(std::memcmp(messages[1].payload, "world", 5), 0);
    EXPECT_EQ(messages[1].payload_bytes, 5U);
    EXPECT_EQ(messages[1].type_id, 2U);
}

TEST_F(SendBatchApiTest, FewerMayBeCommittedThanWereAcquired) {
    connect();
    ASSERT_EQ(acquire(1, 3), 3U);
    write(0, "a");
    ASSERT_EQ(tickring_commit_tx_batch(tx, kTypes.data(), 1), TICKRING_OK);
    ASSERT_EQ(acquire(1, 3), 3U);
    ASSERT_EQ(tickring_commit_tx_batch(tx, nullptr, 0), TICKRING_OK);
    ASSERT_EQ(acquire(1, 3), 3U);
    ASSERT_EQ(tickring_rollback_tx(tx), TICKRING_OK);
    ASSERT_EQ(send("b"), TICKRING_OK);
    expect_messages(1, "a");
    expect_messages(1, "b");
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
}

TEST_F(SendBatchApiTest, AFullRingAnswersAtOnceOrWaits) {
    connect();
    ASSERT_EQ(acquire(8, 1000), kCapacity / 64 - 1) << "the largest batch";
    ASSERT_EQ(tickring_commit_tx_batch(tx, kTypes.data(), kCapacity / 64 - 1), TICKRING_OK);
    EXPECT_EQ(acquire(8, 4), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    std::string text;
    auto received = std::async(std::launch::async, [&] { return receive(text); });
    EXPECT_GE(acquire(8, 4, 5'000'000'000), 1U);
    EXPECT_EQ(received.get(), TICKRING_OK);
}

TEST_F(SendBatchApiTest, ClosingRollsBackWhatIsAcquired) {
    connect();
    ASSERT_EQ(acquire(1, 3), 3U);
    tickring_bus_close(tx);
    tx = nullptr;
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_PEER_CLOSED);
}

TEST_F(SendBatchApiTest, WhatCannotBeIsRefusedByNameAndChangesNothing) {
    connect();
    EXPECT_EQ(acquire(8, 0), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "most is 0, must be 1 or more");
    EXPECT_EQ(acquire(8, 2, -2), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "timeout_ns is -2, must be -1, 0 or more");
    EXPECT_EQ(acquire(kCapacity - 79, 2), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_TOO_LARGE);
    EXPECT_EQ(tickring_acquire_tx_batch(tx, 8, 2, 0, nullptr, &stride_bytes), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "first is NULL");
    EXPECT_EQ(tickring_acquire_tx_batch(tx, 8, 2, 0, &first, nullptr), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "stride_bytes is NULL");
    EXPECT_EQ(tickring_acquire_tx_batch(rx, 8, 2, 0, &first, &stride_bytes), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "this end of the bus is the consumer");
    EXPECT_EQ(tickring_commit_tx_batch(tx, kTypes.data(), 1), TICKRING_BAD_STATE);
    EXPECT_STREQ(tickring_last_error_text(), "no batch is acquired");
    EXPECT_EQ(tickring_commit_tx_batch(rx, kTypes.data(), 1), TICKRING_BAD_STATE);
    ASSERT_EQ(send("a"), TICKRING_OK);
    expect_messages(1, "a");
}

TEST_F(SendBatchApiTest, ACommitThatCannotBeRollsTheBatchBack) {
    connect();
    ASSERT_EQ(acquire(8, 2), 2U);
    EXPECT_EQ(tickring_commit_tx_batch(tx, kTypes.data(), 3), TICKRING_INVALID_ARGUMENT);
    EXPECT_STREQ(tickring_last_error_text(), "count is 3, more than were acquired; rolled back");
    ASSERT_EQ(acquire(8, 2), 2U);
    EXPECT_EQ(tickring_commit_tx_batch(tx, nullptr, 2), TICKRING_INVALID_ARGUMENT);
    EXPECT_STREQ(tickring_last_error_text(), "type_ids is NULL, count is 2");
    EXPECT_EQ(tickring_commit_tx_batch(tx, nullptr, 2), TICKRING_BAD_STATE);
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
}

TEST_F(SendBatchApiTest, ABatchIsNoMessageAndAMessageNoBatch) {
    connect();
    ASSERT_EQ(acquire(8, 2), 2U);
    EXPECT_EQ(tickring_commit_tx(tx, 8, 1), TICKRING_BAD_STATE);
    EXPECT_STREQ(tickring_last_error_text(), "a batch is acquired, no message");
    EXPECT_EQ(tickring_acquire_tx(tx, 8), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(acquire(8, 2), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_send(tx, "x", 1, 1, 0), TICKRING_BAD_STATE);
    ASSERT_EQ(tickring_rollback_tx(tx), TICKRING_OK);
    ASSERT_NE(tickring_acquire_tx(tx, 8), nullptr);
    EXPECT_EQ(tickring_commit_tx_batch(tx, nullptr, 2), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_tx_batch(tx, kTypes.data(), 1), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_tx(tx, 8, 1), TICKRING_OK);
}

} // namespace
} // namespace tickring
