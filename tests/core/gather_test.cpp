// SPDX-License-Identifier: Apache-2.0
// When a consumer looks away to gather a batch: by the rule alone, and through the C interface.
#include "bus.hpp"
#include "temporary_directory.hpp"

#include <tickring/tickring.h>

#include <gtest/gtest.h>

#include <thread>

namespace tickring {
namespace {

constexpr std::uint32_t kWaits = Gather::kWaits;
constexpr std::uint64_t kRuns = Gather::kRuns;

// How many of so many waits, between which so many runs come, begin with a pause.
std::uint32_t pauses_in(Gather &gather, std::uint32_t waits, std::uint64_t &runs_count,
                        std::uint64_t runs_per_wait) {
    std::uint32_t pauses = 0;
    for (std::uint32_t i = 0; i < waits; ++i) {
        pauses += gather.is_worth_a_pause(runs_count) ? 1 : 0;
        runs_count += runs_per_wait;
    }
    return pauses;
}

TEST(GatherTest, TriesOnceInSoManyWaits) {
    Gather gather;
    std::uint64_t runs_count = 0;
    EXPECT_EQ(pauses_in(gather, kWaits - 1, runs_count, 1), 0U);
    EXPECT_EQ(pauses_in(gather, 1, runs_count, 1), 1U);
    EXPECT_EQ(pauses_in(gather, kWaits - 1, runs_count, 1), 0U);
    EXPECT_EQ(pauses_in(gather, 1, runs_count, 1), 1U);
    EXPECT_EQ(gather.pauses_count(), 2U);
}

TEST(GatherTest, DoesNotGoOnForTooFewRuns) {
    Gather gather;
    std::uint64_t runs_count = 0;
    EXPECT_EQ(pauses_in(gather, 10 * kWaits, runs_count, kRuns - 1), 10U);
}

TEST(GatherTest, GoesOnWhileEachPauseBringsEnough) {
    Gather gather;
    std::uint64_t runs_count = 0;
    EXPECT_EQ(pauses_in(gather, kWaits - 1, runs_count, kRuns), 0U);
    EXPECT_EQ(pauses_in(gather, 1'000, runs_count, kRuns), 1'000U);
}

TEST(GatherTest, StopsWithTheFirstPauseThatDoesNotPay) {
    Gather gather;
    std::uint64_t runs_count = 0;
    (void)pauses_in(gather, kWaits + 10, runs_count, kRuns);
    runs_count -= 1;
    EXPECT_EQ(pauses_in(gather, kWaits - 1, runs_count, 1), 0U);
    EXPECT_EQ(pauses_in(gather, 1, runs_count, 1), 1U);
}

// Waits in which nothing comes: a try is due after so many.
std::uint64_t pauses_of_a_bus(std::uint32_t wait, std::size_t most, std::int64_t timeout_ns) {
    const TemporaryDirectory directory;
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = wait;
    options.arrival_timeout_ns = 5'000'000'000;
    tickring_bus_t *rx = nullptr;
    tickring_bus_t *tx = nullptr;
    std::thread listener([&] {
        EXPECT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), 4096, &options, &rx),
                  TICKRING_OK);
    });
    EXPECT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &options, &tx), TICKRING_OK);
    listener.join();
    for (std::uint32_t i = 0; i < kWaits; ++i) {
        tickring_message_t messages[2];
        EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, most, timeout_ns), 0U);
        EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    }
    const std::uint64_t pauses_count = rx->gather.pauses_count();
    tickring_bus_close(tx);
    tickring_bus_close(rx);
    return pauses_count;
}

TEST(GatherTest, IsForBatches) {
    EXPECT_EQ(pauses_of_a_bus(TICKRING_WAIT_SPIN, 2, 1), 1U);
    EXPECT_EQ(pauses_of_a_bus(TICKRING_WAIT_HYBRID, 2, 1), 1U);
    EXPECT_EQ(pauses_of_a_bus(TICKRING_WAIT_SPIN, 1, 1), 0U);
}

TEST(GatherTest, IsNotForOneWhoParksOrDoesNotWait) {
    EXPECT_EQ(pauses_of_a_bus(TICKRING_WAIT_PARK, 2, 1), 0U);
    EXPECT_EQ(pauses_of_a_bus(TICKRING_WAIT_SPIN, 2, 0), 0U);
}

} // namespace
} // namespace tickring
