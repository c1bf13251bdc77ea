// SPDX-License-Identifier: Apache-2.0
// What an end of a bus notes when it is traced: two ends in one process, each with a block.
#include "temporary_directory.hpp"

#include <tickring/trace.h>

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <csignal>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using tickring::TemporaryDirectory;

constexpr std::size_t kCapacity = 4096;
constexpr std::uint64_t kNeverAGap = std::uint64_t{1} << 62;

std::uint64_t now_ns(clockid_t clock = CLOCK_MONOTONIC) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

void spin_ns(std::uint64_t length_ns) {
    const auto begin_ns = now_ns();
    while (now_ns() - begin_ns < length_ns) {
    }
}

// The memory of a trace, and what is in it.
struct Block {
    std::size_t messages_count;
    std::vector<std::uint64_t> memory;
    tickring_bus_t *traced = nullptr;

    explicit Block(std::size_t messages = 100, std::size_t events = 100)
        : messages_count(messages), memory(tickring_trace_bytes(messages, events) / 8, 1) {}

    Block(const Block &) = delete;
    Block &operator=(const Block &) = delete;
    ~Block() { tickring_bus_trace(traced, nullptr, 0, 0, 0, 0); }

    int begin(tickring_bus_t *bus, std::uint64_t gap_ns = kNeverAGap) {
        traced = bus;
        return tickring_bus_trace(bus, memory.data(), memory.size() * 8, messages_count,
                                  TICKRING_CLOCK_MONOTONIC, gap_ns);
    }
    [[nodiscard]] const tickring_trace_header_t &header() const {
        return *reinterpret_cast<const tickring_trace_header_t *>(memory.data());
    }
    [[nodiscard]] const tickring_trace_message_t &message(std::size_t number) const {
        return reinterpret_cast<const tickring_trace_message_t *>(&header() + 1)[number];
    }
    [[nodiscard]] std::vector<tickring_trace_event_t> events(std::uint32_t kind) const {
        const auto *first =
            reinterpret_cast<const tickring_trace_event_t *>(&message(messages_count));
        std::vector<tickring_trace_event_t> found;
        for (std::uint64_t i = 0; i < std::min(header().event_count, header().event_capacity);
             ++i) {
            if (first[i].kind == kind) {
                found.push_back(first[i]);
            }
        }
        return found;
    }
    // Those behind the first message: before it the machine may have made some of its own.
    [[nodiscard]] std::vector<tickring_trace_event_t> gaps_behind_the_first_message() const {
        auto gaps = events(TICKRING_TRACE_GAP);
        std::erase_if(gaps, [&](const auto &gap) { return gap.from_ns < message(0).commit_ns; });
        return gaps;
    }
};

class TraceTest : public testing::Test {
  protected:
    void connect(std::uint32_t publish_every = 1, std::uint32_t wait = TICKRING_WAIT_SPIN) {
        tickring_options_t options;
        tickring_options_init(&options);
        options.wait = wait;
        options.publish_every = publish_every;
        options.arrival_timeout_ns = 5'000'000'000;
        const auto path = directory.file("s");
        std::thread listener(
            [&] { tickring_bus_listen_with(path.c_str(), kCapacity, &options, &rx); });
        ASSERT_EQ(tickring_bus_connect_with(path.c_str(), &options, &tx), TICKRING_OK);
        listener.join();
        ASSERT_NE(rx, nullptr);
    }
    void TearDown() override {
        tickring_bus_close(tx);
        tickring_bus_close(rx);
    }
    void send(int count = 1) {
        for (int i = 0; i < count; ++i) {
            ASSERT_NE(tickring_acquire_tx(tx, 32), nullptr) << tickring_last_error_text();
            ASSERT_EQ(tickring_commit_tx(tx, 32, 1), TICKRING_OK);
        }
    }
    void receive(int count = 1) {
        std::uint32_t type_id = 0;
        std::size_t bytes = 0;
        for (int i = 0; i < count; ++i) {
            ASSERT_NE(tickring_acquire_rx_timed(rx, &type_id, &bytes, 5'000'000'000), nullptr);
            ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
        }
    }

    // Both sides note every other stretch of four messages.
    void alternate(Block &sent, Block &received) {
        ASSERT_EQ(sent.begin(tx), TICKRING_OK);
        ASSERT_EQ(received.begin(rx), TICKRING_OK);
        ASSERT_EQ(tickring_trace_alternate(tx, 4), TICKRING_OK);
        ASSERT_EQ(tickring_trace_alternate(rx, 4), TICKRING_OK);
    }

    TemporaryDirectory directory;
    tickring_bus_t *tx = nullptr;
    tickring_bus_t *rx = nullptr;
};

TEST_F(TraceTest, ABatchIsPublishedAsItsLastMessageIsCommitted) {
    connect(3);
    Block block;
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    const auto before_ns = now_ns();
    send(3);
    EXPECT_EQ(block.message(0).visible_ns, block.message(2).commit_ns);
    send();
    EXPECT_EQ(block.header().message_count, 4U);
    EXPECT_GE(block.message(0).commit_ns, before_ns);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(block.message(i).visible_ns, block.message(2).commit_ns);
        EXPECT_LE(block.message(i).commit_ns, block.message(i + 1).commit_ns);
    }
    EXPECT_EQ(block.message(3).visible_ns, 0U);
}

TEST_F(TraceTest, AFlushPublishesWhatIsPending) {
    connect(10);
    Block block;
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    send(2);
    const auto before_ns = now_ns();
    tickring_flush(tx);
    EXPECT_GE(block.message(0).visible_ns, before_ns);
    EXPECT_EQ(block.message(0).visible_ns, block.message(1).visible_ns);
}

TEST_F(TraceTest, ARunIsSeenOnceForAllItsMessages) {
    connect(3);
    Block block;
    ASSERT_EQ(block.begin(rx), TICKRING_OK);
    send(6);
    receive(3);
    while (now_ns() <= block.message(2).visible_ns) { // or both may be seen at one time
    }
    receive(3);
    EXPECT_EQ(block.header().message_count, 6U);
    EXPECT_EQ(block.message(0).visible_ns, block.message(2).visible_ns);
    EXPECT_LT(block.message(2).visible_ns, block.message(3).visible_ns);
    EXPECT_EQ(block.message(0).commit_ns, 0U);
}

TEST_F(TraceTest, ABatchIsSeenAsItsMessagesAre) {
    connect(5);
    Block block;
    ASSERT_EQ(block.begin(rx), TICKRING_OK);
    send(10);
    receive(); // the others of its publication were seen with it
    tickring_message_t messages[8];
    ASSERT_EQ(tickring_acquire_rx_batch(rx, messages, 8, 0), 4U);
    ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    while (now_ns() <= block.message(4).visible_ns) { // or both may be seen at one time
    }
    ASSERT_EQ(tickring_acquire_rx_batch(rx, messages, 8, 0), 5U);
    EXPECT_EQ(block.header().message_count, 10U);
    EXPECT_EQ(block.message(0).visible_ns, block.message(4).visible_ns);
    EXPECT_LT(block.message(4).visible_ns, block.message(5).visible_ns);
    EXPECT_EQ(block.message(5).visible_ns, block.message(9).visible_ns);
}

TEST_F(TraceTest, ABatchToSendIsOneMessageAndIsNoted) {
    connect(2);
    Block block;
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    void *first = nullptr;
    std::size_t stride_bytes = 0;
    const std::uint32_t type_id = 1;
    for (unsigned i = 0; i < 2; ++i) {
        ASSERT_EQ(tickring_acquire_tx_batch(tx, 32, 8, 0, &first, &stride_bytes), 1U);
        EXPECT_EQ(tickring_commit_tx_batch(tx, &type_id, 2), TICKRING_INVALID_ARGUMENT);
        ASSERT_EQ(tickring_acquire_tx_batch(tx, 32, 8, 0, &first, &stride_bytes), 1U);
        EXPECT_EQ(tickring_commit_tx_batch(tx, nullptr, 0), TICKRING_OK);
        ASSERT_EQ(tickring_acquire_tx_batch(tx, 32, 8, 0, &first, &stride_bytes), 1U);
        ASSERT_EQ(tickring_commit_tx_batch(tx, &type_id, 1), TICKRING_OK);
        EXPECT_EQ(block.header().message_count, i + 1);
        EXPECT_EQ(block.message(0).visible_ns == 0, i == 0);
    }
    EXPECT_LE(block.message(0).commit_ns, block.message(1).commit_ns);
    EXPECT_EQ(block.message(0).visible_ns, block.message(1).visible_ns);
    EXPECT_NE(block.message(0).commit_ns, 0U);
}

TEST_F(TraceTest, TheWaitForRoomAndWhatItPublishedAreNoted) {
    connect(1'000'000);
    Block block(1'000);
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    std::thread consumer([&] {
        std::uint32_t type_id = 0;
        std::size_t bytes = 0;
        // Nothing is published before the ring is full; then it stays full for a while.
        ASSERT_NE(tickring_acquire_rx_timed(rx, &type_id, &bytes, 5'000'000'000), nullptr);
        spin_ns(2'000'000);
        ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
        receive(62);
    });
    for (int i = 0; i < 64; ++i) {
        ASSERT_NE(tickring_acquire_tx_blocking(tx, 32, 5'000'000'000), nullptr);
        ASSERT_EQ(tickring_commit_tx(tx, 32, 1), TICKRING_OK);
    }
    consumer.join();
    const auto waits = block.events(TICKRING_TRACE_FULL);
    ASSERT_EQ(waits.size(), 1U);
    EXPECT_GE(waits[0].to_ns - waits[0].from_ns, 1'000'000U);
    EXPECT_EQ(block.message(0).visible_ns, waits[0].from_ns);
    EXPECT_EQ(block.message(62).visible_ns, waits[0].from_ns);
}

TEST_F(TraceTest, ASleepIsNotedAndIsNoGap) {
    connect(1, TICKRING_WAIT_PARK);
    Block block;
    ASSERT_EQ(block.begin(rx, 1'000), TICKRING_OK);
    const auto before_ns = now_ns();
    std::thread producer([&] {
        spin_ns(5'000'000);
        send();
    });
    receive();
    producer.join();
    const auto sleeps = block.events(TICKRING_TRACE_SLEPT);
    ASSERT_FALSE(sleeps.empty());
    EXPECT_GE(sleeps.front().from_ns, before_ns);
    EXPECT_GE(sleeps.back().to_ns - before_ns, 5'000'000U);
    for (const auto &gap : block.events(TICKRING_TRACE_GAP)) {
        for (const auto &sleep : sleeps) {
            EXPECT_TRUE(gap.to_ns <= sleep.from_ns || gap.from_ns >= sleep.to_ns);
        }
    }
}

TEST_F(TraceTest, AStopIsAGapWithASwitchOffTheCpu) {
    connect();
    Block block;
    ASSERT_EQ(block.begin(tx, 1'000'000), TICKRING_OK);
    send();
    const auto parent = getpid();
    const auto child = fork();
    if (child == 0) { // stops the parent, which cannot wake itself up
        kill(parent, SIGSTOP);
        usleep(20'000);
        kill(parent, SIGCONT);
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        spin_ns(10'000);
    }
    send();
    const auto gaps = block.gaps_behind_the_first_message();
    ASSERT_EQ(gaps.size(), 1U); // from the one commit to the other
    EXPECT_GE(gaps[0].to_ns - gaps[0].from_ns, 20'000'000U);
    EXPECT_GE(gaps[0].off_cpu_ns, 15'000'000U);
    EXPECT_GE(gaps[0].voluntary_switches + gaps[0].involuntary_switches, 1U);
}

TEST_F(TraceTest, WorkOfTheThreadItselfIsAGapOnTheCpu) {
    connect();
    Block block;
    ASSERT_EQ(block.begin(tx, 1'000'000), TICKRING_OK);
    send();
    // CPU time, so that a busy machine cannot make it shorter.
    const auto begin_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
    while (now_ns(CLOCK_THREAD_CPUTIME_ID) - begin_ns < 10'000'000) {
    }
    send();
    const auto gaps = block.gaps_behind_the_first_message();
    ASSERT_EQ(gaps.size(), 1U);
    const auto length_ns = gaps[0].to_ns - gaps[0].from_ns;
    EXPECT_GE(length_ns, 10'000'000U);
    EXPECT_LE(gaps[0].off_cpu_ns, length_ns - 9'000'000U);
}

TEST_F(TraceTest, AnAlternatingTraceNotesEveryOtherStretchOfBothSides) {
    connect(2);
    Block sent;
    Block received;
    alternate(sent, received);
    send(10);
    const auto reads = sent.header().clock_reads_count;
    receive(10);
    for (std::size_t i = 0; i < 10; ++i) {
        const bool is_noted = i < 4 || i >= 8;
        EXPECT_EQ(sent.message(i).commit_ns != 0, is_noted) << i;
        EXPECT_EQ(sent.message(i).visible_ns != 0, is_noted) << i;
        EXPECT_EQ(received.message(i).visible_ns != 0, is_noted) << i;
    }
    EXPECT_EQ(sent.header().message_count, 10U);
    EXPECT_EQ(reads, 8U); // at the begin of the trace and of the third stretch, and for each noted
}

TEST_F(TraceTest, WhatWasPendingBetweenTwoStretchesIsNotKnown) {
    connect(3);
    Block sent;
    Block received;
    alternate(sent, received);
    send(12);
    receive(12);
    // Published by number 5, which is not noted; and as number 8 of the batch from 6 on.
    EXPECT_NE(sent.message(3).commit_ns, 0U);
    EXPECT_EQ(sent.message(3).visible_ns, 0U);
    EXPECT_EQ(sent.message(8).visible_ns, sent.message(8).commit_ns);
    // Seen with number 6, when nothing was noted.
    EXPECT_EQ(received.message(8).visible_ns, 0U);
    EXPECT_NE(received.message(9).visible_ns, 0U);
}

TEST_F(TraceTest, ATraceCanAlternateFromItsFirstMessageOnOnly) {
    connect();
    EXPECT_EQ(tickring_trace_alternate(tx, 4), TICKRING_BAD_STATE);
    Block block;
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    EXPECT_EQ(tickring_trace_alternate(tx, 0), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_trace_alternate(nullptr, 4), TICKRING_INVALID_ARGUMENT);
    send();
    EXPECT_EQ(tickring_trace_alternate(tx, 4), TICKRING_BAD_STATE);
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    EXPECT_EQ(tickring_trace_alternate(tx, 4), TICKRING_OK);
}

TEST_F(TraceTest, WhatTheBlockHasNoRoomForIsCountedOnly) {
    connect();
    Block block(2, 1);
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    send(5);
    EXPECT_EQ(tickring_trace_add(tx, TICKRING_TRACE_GC, 10, 20), TICKRING_OK);
    EXPECT_EQ(tickring_trace_add(tx, TICKRING_TRACE_GC, 30, 40), TICKRING_OK);
    EXPECT_EQ(block.header().message_count, 5U);
    EXPECT_EQ(block.header().event_count, 2U);
    ASSERT_EQ(block.events(TICKRING_TRACE_GC).size(), 1U);
    EXPECT_EQ(block.events(TICKRING_TRACE_GC)[0].to_ns, 20U);
}

TEST_F(TraceTest, TheLibraryLeavesTheBlockAloneOnceTheTraceIsOver) {
    connect();
    Block block;
    ASSERT_EQ(block.begin(tx), TICKRING_OK);
    send();
    ASSERT_EQ(tickring_bus_trace(tx, nullptr, 0, 0, 0, 0), TICKRING_OK);
    const auto before = block.memory;
    send(2);
    EXPECT_EQ(block.memory, before);
    EXPECT_EQ(tickring_trace_add(tx, TICKRING_TRACE_GC, 1, 2), TICKRING_BAD_STATE);
}

TEST_F(TraceTest, WhatCannotBeIsRefusedWithFieldAndValue) {
    connect();
    Block block;
    const auto bytes = block.memory.size() * 8;
    auto *memory = reinterpret_cast<char *>(block.memory.data());
    const auto refused = [&](void *where, std::size_t size, std::size_t messages,
                             std::uint32_t clock, std::uint64_t gap_ns) {
        EXPECT_EQ(tickring_bus_trace(tx, where, size, messages, clock, gap_ns),
                  TICKRING_INVALID_ARGUMENT);
        return std::string(tickring_last_error_text());
    };
    EXPECT_NE(refused(memory + 4, bytes - 4, 1, 1, 1).find("aligned to 8 bytes"),
              std::string::npos);
    EXPECT_NE(refused(memory, 79, 1, 1, 1).find("block_bytes is 79, must be 80 or more"),
              std::string::npos);
    EXPECT_NE(refused(memory, bytes, SIZE_MAX, 1, 1).find("message_capacity"), std::string::npos);
    EXPECT_NE(refused(memory, bytes, 1, 2, 1).find("clock is 2"), std::string::npos);
    EXPECT_NE(refused(memory, bytes, 1, 1, 0).find("gap_ns is 0"), std::string::npos);
    EXPECT_EQ(tickring_bus_trace(nullptr, memory, bytes, 1, 1, 1), TICKRING_INVALID_ARGUMENT);
}

} // namespace
