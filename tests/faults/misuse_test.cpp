// SPDX-License-Identifier: Apache-2.0
// The C interface in the hands of somebody who did not read its header.
#include "../core/temporary_directory.hpp"
#include "ends.hpp"

#include <gtest/gtest.h>

#include <future>

namespace tickring::faults {
namespace {

class MisuseTest : public testing::Test {
  protected:
    void SetUp() override {
        auto listening =
            std::async(std::launch::async, [&] { return rx.listen(directory.file("s")); });
        ASSERT_EQ(tx.connect(directory.file("s")), TICKRING_OK);
        ASSERT_EQ(listening.get(), TICKRING_OK);
    }
    const TemporaryDirectory directory;
    End tx;
    End rx;
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    tickring_message_t messages[2]{};
};

TEST(NullTest, BusIsAnInvalidArgumentEverywhere) {
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    tickring_message_t messages[2]{};
    tickring_stats_t stats{};
    stats.struct_bytes = sizeof stats;
    EXPECT_EQ(tickring_acquire_tx(nullptr, 1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    EXPECT_STREQ(tickring_last_error_text(), "bus is NULL");
    EXPECT_EQ(tickring_acquire_tx_blocking(nullptr, 1, 0), nullptr);
    EXPECT_EQ(tickring_commit_tx(nullptr, 1, 1), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_send(nullptr, "1", 1, 1, 0), TICKRING_INVALID_ARGUMENT);
    void *first = nullptr;
    std::size_t stride_bytes = 0;
    EXPECT_EQ(tickring_acquire_tx_batch(nullptr, 1, 2, 0, &first, &stride_bytes), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "bus is NULL");
    EXPECT_EQ(tickring_commit_tx_batch(nullptr, nullptr, 0), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_rollback_tx(nullptr), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_flush(nullptr), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_acquire_rx_blocking(nullptr, &type_id, &bytes, 1), nullptr);
    EXPECT_EQ(tickring_acquire_rx_timed(nullptr, &type_id, &bytes, 0), nullptr);
    EXPECT_EQ(tickring_try_acquire_rx(nullptr, &type_id, &bytes), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_acquire_rx_batch(nullptr, messages, 2, 0), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "bus is NULL");
    EXPECT_EQ(tickring_commit_rx(nullptr), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_rx_run_position(nullptr), UINT32_MAX);
    EXPECT_EQ(tickring_peer_state(nullptr), -1);
    EXPECT_EQ(tickring_capacity_bytes(nullptr), 0U);
    EXPECT_EQ(tickring_stats(nullptr, &stats), TICKRING_INVALID_ARGUMENT);
    tickring_bus_close(nullptr);
}

TEST_F(MisuseTest, NullForWhatIsGivenBackIsAnInvalidArgument) {
    ASSERT_EQ(tx.send(7), TICKRING_OK);
    EXPECT_EQ(tickring_acquire_rx_blocking(rx.bus, nullptr, &bytes, 1), nullptr);
    EXPECT_STREQ(tickring_last_error_text(), "type_id is NULL");
    EXPECT_EQ(tickring_acquire_rx_timed(rx.bus, &type_id, nullptr, 0), nullptr);
    EXPECT_STREQ(tickring_last_error_text(), "payload_bytes is NULL");
    EXPECT_EQ(tickring_try_acquire_rx(rx.bus, nullptr, nullptr), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_acquire_rx_batch(rx.bus, nullptr, 2, 0), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "messages is NULL");
    EXPECT_EQ(tickring_acquire_rx_batch(rx.bus, messages, 0, 0), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "most is 0, must be 1 or more");
    EXPECT_EQ(tickring_acquire_rx_batch(rx.bus, messages, 2, -2), 0U);
    EXPECT_STREQ(tickring_last_error_text(), "timeout_ns is -2, must be -1, 0 or more");
    EXPECT_EQ(tickring_stats(rx.bus, nullptr), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(rx.receive(), 7U) << "the message is lost";
}

TEST_F(MisuseTest, ACommitWithoutAnAcquireIsABadState) {
    EXPECT_EQ(tickring_commit_tx(tx.bus, 1, 1), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_rollback_tx(tx.bus), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_rx(rx.bus), TICKRING_BAD_STATE);
    ASSERT_EQ(tx.send(7), TICKRING_OK);
    EXPECT_EQ(tickring_commit_tx(tx.bus, 8, 1), TICKRING_BAD_STATE) << "a second commit";
    EXPECT_EQ(rx.receive(), 7U);
    EXPECT_EQ(tickring_commit_rx(rx.bus), TICKRING_BAD_STATE) << "a second commit";
    EXPECT_EQ(rx.receive(0), std::nullopt) << "a message from nowhere";
}

TEST_F(MisuseTest, ACommitOfTooMuchRollsBackAndTheRingGoesOn) {
    ASSERT_NE(tickring_acquire_tx(tx.bus, 8), nullptr);
    EXPECT_EQ(tickring_commit_tx(tx.bus, 9, 1), TICKRING_INVALID_ARGUMENT);
    ASSERT_NE(tickring_acquire_tx(tx.bus, 8), nullptr);
    EXPECT_EQ(tickring_commit_tx(tx.bus, SIZE_MAX, 1), TICKRING_INVALID_ARGUMENT);
    ASSERT_EQ(tx.send(7), TICKRING_OK);
    EXPECT_EQ(rx.receive(), 7U);
}

TEST_F(MisuseTest, ASecondAcquireKeepsTheFirst) {
    auto *const first = static_cast<std::uint64_t *>(tickring_acquire_tx(tx.bus, 8));
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(tickring_acquire_tx(tx.bus, 8), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_acquire_tx_blocking(tx.bus, 8, -1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    *first = 7;
    ASSERT_EQ(tickring_commit_tx(tx.bus, 8, 1), TICKRING_OK);
    const void *const message = tickring_try_acquire_rx(rx.bus, &type_id, &bytes);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(tickring_try_acquire_rx(rx.bus, &type_id, &bytes), nullptr);
    EXPECT_EQ(tickring_acquire_rx_timed(rx.bus, &type_id, &bytes, -1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(*static_cast<const std::uint64_t *>(message), 7U);
    EXPECT_EQ(tickring_commit_rx(rx.bus), TICKRING_OK);
}

TEST_F(MisuseTest, AFlushOfNothingAndOfAFullRingChangesNothing) {
    EXPECT_EQ(tickring_flush(tx.bus), TICKRING_OK);
    EXPECT_EQ(rx.receive(0), std::nullopt);
    const std::uint64_t sent = tx.fill();
    EXPECT_EQ(tickring_flush(tx.bus), TICKRING_OK);
    for (std::uint64_t value = 0; value < sent; ++value) {
        ASSERT_EQ(rx.receive(0), value);
    }
    EXPECT_EQ(rx.receive(0), std::nullopt);
}

TEST_F(MisuseTest, ATimeoutBelowMinusOneIsAnInvalidArgument) {
    for (const std::int64_t timeout_ns : {std::int64_t{-2}, INT64_MIN}) {
        EXPECT_EQ(tickring_acquire_tx_blocking(tx.bus, 8, timeout_ns), nullptr);
        EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
        EXPECT_EQ(tickring_acquire_rx_timed(rx.bus, &type_id, &bytes, timeout_ns), nullptr);
        EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    }
    for (const std::int64_t timeout_ns : {std::int64_t{0}, std::int64_t{1}}) {
        EXPECT_EQ(rx.receive(timeout_ns), std::nullopt);
        EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    }
    EXPECT_EQ(tx.send(1, INT64_MAX), TICKRING_OK);
    EXPECT_EQ(rx.receive(INT64_MAX), 1U);
}

TEST_F(MisuseTest, StatisticsForASmallerStructureStayWithinIt) {
    struct {
        tickring_stats_t stats;
        std::uint64_t behind;
    } memory;
    std::memset(&memory, 0x5a, sizeof memory);
    memory.stats.struct_bytes = offsetof(tickring_stats_t, payload_bytes);
    ASSERT_EQ(tickring_stats(tx.bus, &memory.stats), TICKRING_OK);
    EXPECT_EQ(memory.stats.messages_count, 0U);
    EXPECT_EQ(memory.stats.payload_bytes, 0x5a5a5a5a5a5a5a5aU) << "written beyond its size";
    memory.stats.struct_bytes = sizeof memory; // as a newer header would say
    ASSERT_EQ(tickring_stats(tx.bus, &memory.stats), TICKRING_OK);
    EXPECT_EQ(memory.stats.struct_bytes, sizeof memory.stats);
    EXPECT_EQ(memory.behind, 0x5a5a5a5a5a5a5a5aU);
}

#ifdef TICKRING_CHECK_THREADS
TEST_F(MisuseTest, ASecondThreadIsABadState) {
    ASSERT_EQ(tx.send(1), TICKRING_OK);
    auto second = std::async(std::launch::async, [&] { return tx.send(2); });
    EXPECT_EQ(second.get(), TICKRING_BAD_STATE);
    const char tick[32] = {};
    second = std::async(std::launch::async, [&] { return tickring_send(tx.bus, tick, 32, 2, 0); });
    EXPECT_EQ(second.get(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_send(tx.bus, tick, 32, 3, 0), TICKRING_OK);
    EXPECT_EQ(tx.send(3), TICKRING_OK);
}
#endif

} // namespace
} // namespace tickring::faults
