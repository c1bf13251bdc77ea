// SPDX-License-Identifier: Apache-2.0
// Two real processes: what each costs the kernel, and what one learns of the other's death.
#include "prompt_news.hpp"
#include "temporary_directory.hpp"

#include <tickring/futex.hpp>
#include <tickring/tickring.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using tickring::monotonic_ns;
using tickring::open_descriptors_count;
using tickring::PromptNews;
using tickring::TemporaryDirectory;

constexpr std::size_t kCapacity = 65536;
constexpr std::int64_t kMillisecond_ns = 1'000'000;

tickring_options_t options_with(std::uint32_t wait, std::uint32_t publish_every) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = wait;
    options.publish_every = publish_every;
    options.arrival_timeout_ns = 5'000'000'000;
    return options;
}

// What a process did, written into memory that outlives it.
struct Journal {
    std::atomic<std::uint64_t> published; // messages whose publication has certainly happened
    std::atomic<std::uint64_t> received;
    std::atomic<std::int64_t> died_at_ns;
};

Journal *shared_journal() {
    void *const memory =
        mmap(nullptr, sizeof(Journal), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return new (memory) Journal{};
}

struct Payload {
    std::uint64_t sequence;
    std::uint64_t check;
};

// Sends until it is killed or told that the peer is gone.
void produce(const std::string &path, tickring_options_t options, Journal &journal) {
    tickring_bus_t *bus = nullptr;
    if (tickring_bus_connect_with(path.c_str(), &options, &bus) != TICKRING_OK) {
        _exit(2);
    }
    for (std::uint64_t i = 0;; ++i) {
        void *memory = tickring_acquire_tx_blocking(bus, sizeof(Payload), -1);
        if (memory == nullptr) {
            _exit(tickring_last_error());
        }
        const Payload payload{i, ~i};
        std::memcpy(memory, &payload, sizeof payload);
        tickring_commit_tx(bus, sizeof payload, 1);
        if ((i + 1) % options.publish_every == 0) {
            journal.published = i + 1;
        }
    }
}

// Receives until there is no more; returns the code that said so.
int consume(tickring_bus_t *bus, std::uint64_t &received) {
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    while (const void *memory = tickring_acquire_rx_blocking(bus, &type_id, &bytes, 1000)) {
        Payload payload;
        if (bytes != sizeof payload) {
            return -1;
        }
        std::memcpy(&payload, memory, sizeof payload);
        if (payload.sequence != received || payload.check != ~received) {
            return -2;
        }
        ++received;
        tickring_commit_rx(bus);
    }
    return tickring_last_error();
}

// Kills a process after a while, noting when it is dead; the caller has to wait for it.
std::thread killer_of(pid_t victim, std::chrono::microseconds after, Journal &journal) {
    return std::thread([victim, after, &journal] {
        std::this_thread::sleep_for(after);
        kill(victim, SIGKILL);
        siginfo_t dead{};
        waitid(P_PID, static_cast<id_t>(victim), &dead, WEXITED | WNOWAIT);
        journal.died_at_ns = monotonic_ns();
    });
}

class KillTest : public testing::TestWithParam<std::uint32_t> {};

TEST_P(KillTest, ConsumerGetsAllThatWasPublishedAndThenPeerDead) {
    std::mt19937 random(GetParam());
    const auto before = open_descriptors_count();
    for (int round = 0; round < 25; ++round) {
        TemporaryDirectory directory;
        Journal *const journal = shared_journal();
        const tickring_options_t options =
            options_with(GetParam(), std::array{1U, 32U, 100'000U}[random() % 3]);
        const pid_t child = fork();
        if (child == 0) {
            produce(directory.file("s"), options, *journal);
        }
        tickring_bus_t *bus = nullptr;
        ASSERT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus),
                  TICKRING_OK)
            << tickring_last_error_text();
        std::thread killer = killer_of(child, std::chrono::microseconds(random() % 5000), *journal);
        std::uint64_t received = 0;
        PromptNews news;
        const int code = consume(bus, received);
        news.are_told();
        killer.join();
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_EQ(code, TICKRING_PEER_DEAD) << "status " << status;
        EXPECT_LE(news.delay_ns(journal->died_at_ns), 100 * kMillisecond_ns); // a promise
        EXPECT_GE(received, journal->published);
        tickring_bus_close(bus);
        EXPECT_TRUE(directory.is_empty());
        munmap(journal, sizeof *journal);
    }
    EXPECT_EQ(open_descriptors_count(), before);
}

TEST_P(KillTest, ProducerLearnsThatItsConsumerIsDead) {
    std::mt19937 random(GetParam());
    for (int round = 0; round < 10; ++round) {
        TemporaryDirectory directory;
        Journal *const journal = shared_journal();
        const tickring_options_t options = options_with(GetParam(), 1);
        const pid_t child = fork();
        if (child == 0) {
            tickring_bus_t *bus = nullptr;
            std::uint64_t received = 0;
            if (tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus) ==
                TICKRING_OK) {
                consume(bus, received);
            }
            _exit(1);
        }
        tickring_bus_t *bus = nullptr;
        ASSERT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &options, &bus),
                  TICKRING_OK);
        std::thread killer = killer_of(child, std::chrono::microseconds(random() % 5000), *journal);
        PromptNews news;
        void *memory = nullptr;
        std::uint64_t sequence = 0;
        while ((memory = tickring_acquire_tx_blocking(bus, sizeof(Payload), -1)) != nullptr) {
            const Payload payload{sequence, ~sequence};
            std::memcpy(memory, &payload, sizeof payload);
            tickring_commit_tx(bus, sizeof payload, 1);
            ++sequence;
        }
        news.are_told();
        EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
        EXPECT_EQ(tickring_acquire_tx(bus, 1), nullptr);
        EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
        EXPECT_EQ(tickring_peer_state(bus), TICKRING_PEER_STATE_DEAD);
        killer.join();
        EXPECT_LE(news.delay_ns(journal->died_at_ns), 100 * kMillisecond_ns); // a promise
        waitpid(child, nullptr, 0);
        tickring_bus_close(bus);
        munmap(journal, sizeof *journal);
    }
}

INSTANTIATE_TEST_SUITE_P(Waits, KillTest,
                         testing::Values(TICKRING_WAIT_SPIN, TICKRING_WAIT_HYBRID,
                                         TICKRING_WAIT_PARK));

TEST(DeathTest, IsSeenAlthoughAForkedChildOfThePeerHoldsTheSocket) {
    TemporaryDirectory directory;
    const tickring_options_t options = options_with(TICKRING_WAIT_PARK, 1);
    int grandchild_pipe[2];
    ASSERT_EQ(pipe2(grandchild_pipe, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) {
        tickring_bus_t *bus = nullptr;
        tickring_bus_connect_with(directory.file("s").c_str(), &options, &bus);
        close(grandchild_pipe[1]);
        if (fork() == 0) { // lives until the test lets go of the pipe
            char byte = 0;
            _exit(static_cast<int>(read(grandchild_pipe[0], &byte, 1)));
        }
        raise(SIGKILL);
    }
    tickring_bus_t *bus = nullptr;
    ASSERT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus),
              TICKRING_OK);
    std::uint64_t received = 0;
    EXPECT_EQ(consume(bus, received), TICKRING_PEER_DEAD);
    close(grandchild_pipe[1]);
    close(grandchild_pipe[0]);
    waitpid(child, nullptr, 0);
    tickring_bus_close(bus);
}

TEST(StopTest, AStoppedPeerIsNeverCalledDead) {
    TemporaryDirectory directory;
    const tickring_options_t options = options_with(TICKRING_WAIT_HYBRID, 1);
    Journal *const journal = shared_journal();
    const pid_t child = fork();
    if (child == 0) {
        produce(directory.file("s"), options, *journal);
    }
    tickring_bus_t *bus = nullptr;
    ASSERT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus),
              TICKRING_OK);
    kill(child, SIGSTOP);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status));
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    while (tickring_acquire_rx_timed(bus, &type_id, &bytes, 300 * kMillisecond_ns) != nullptr) {
        tickring_commit_rx(bus);
    }
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    EXPECT_EQ(tickring_peer_state(bus), TICKRING_PEER_STATE_ALIVE);
    kill(child, SIGCONT);
    EXPECT_NE(tickring_acquire_rx_blocking(bus, &type_id, &bytes, 1000), nullptr);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    tickring_bus_close(bus);
    munmap(journal, sizeof *journal);
}

// The program itself is brought into memory before the session begins, so that what is counted is
// the session's.
TEST(SpinTest, AStreamCausesNoPageFaultOnEitherSide) {
    constexpr std::uint64_t kMessages = 100'000;
    TemporaryDirectory directory;
    const tickring_options_t options = options_with(TICKRING_WAIT_SPIN, 32);
    auto faults = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_minflt + usage.ru_majflt;
    };
    if (mlockall(MCL_CURRENT) != 0) {
        GTEST_SKIP() << "memory cannot be locked here";
    }
    const pid_t child = fork();
    if (child == 0) {
        mlockall(MCL_CURRENT); // not inherited
        tickring_bus_t *bus = nullptr;
        tickring_bus_connect_with(directory.file("s").c_str(), &options, &bus);
        long before = 0;
        for (std::uint64_t i = 0; i < kMessages; ++i) {
            if (i == 1) {
                before = faults();
            }
            auto *payload = static_cast<std::uint64_t *>(tickring_acquire_tx_blocking(bus, 32, -1));
            payload[0] = i;
            tickring_commit_tx(bus, 32, 1);
        }
        const long during = faults() - before;
        tickring_bus_close(bus);
        _exit(during == 0 ? 0 : 1);
    }
    tickring_bus_t *bus = nullptr;
    ASSERT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus),
              TICKRING_OK);
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    long before = 0;
    for (std::uint64_t i = 0; i < kMessages; ++i) {
        ASSERT_NE(tickring_acquire_rx_blocking(bus, &type_id, &bytes, 0), nullptr);
        tickring_commit_rx(bus);
        if (i == 0) {
            before = faults();
        }
    }
    EXPECT_EQ(faults() - before, 0);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << "page faults in the producer";
    tickring_bus_close(bus);
    munlockall();
}

} // namespace
