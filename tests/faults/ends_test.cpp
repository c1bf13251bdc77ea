// SPDX-License-Identifier: Apache-2.0
// All the ways in which a process can leave a bus, or only seem to.
#include "../core/temporary_directory.hpp"
#include "ends.hpp"

#include <tickring/futex.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdlib>
#include <exception>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace tickring::faults {
namespace {

// A producer with two published messages and one that waits for its batch; then its own end.
int send_three_of_which_two_are_published(const std::string &path, void (*leave)()) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    tickring_options_t options = options_with();
    options.publish_every = 2;
    End end;
    if (end.connect(path, options) != TICKRING_OK) {
        return 1;
    }
    for (std::uint64_t value = 0; value < 3; ++value) {
        end.send(value);
    }
    leave();
    return 1;
}

struct Leaving {
    const char *name;
    void (*leave)();
    int status; // minus a signal
};

class LeavingTest : public testing::TestWithParam<Leaving> {};

TEST_P(LeavingTest, WithoutAClosingCallIsADeathAfterWhatWasPublished) {
    const TemporaryDirectory directory;
    Child producer([&] {
        return send_three_of_which_two_are_published(directory.file("s"), GetParam().leave);
    });
    End end;
    ASSERT_EQ(end.listen(directory.file("s")), TICKRING_OK) << tickring_last_error_text();
    EXPECT_EQ(end.receive(), 0U);
    EXPECT_EQ(end.receive(), 1U);
    EXPECT_EQ(end.receive(), std::nullopt);
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
    EXPECT_EQ(producer.wait(), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, LeavingTest,
    testing::Values(Leaving{"Exit", [] { std::exit(3); }, 3},
                    Leaving{"QuickExit", [] { std::quick_exit(3); }, 3},
                    Leaving{"Abort", [] { std::abort(); }, -SIGABRT},
                    Leaving{"UncaughtException", [] { std::terminate(); }, -SIGABRT},
                    Leaving{"SegmentationFault", [] { raise(SIGSEGV); }, -SIGSEGV},
                    Leaving{"Termination", [] { raise(SIGTERM); }, -SIGTERM}),
    [](const auto &tested) { return tested.param.name; });

TEST(ExecTest, OfAnotherProgramIsADeathAlthoughTheProcessLives) {
    const TemporaryDirectory directory;
    Child producer([&] {
        End end;
        if (end.connect(directory.file("s")) != TICKRING_OK || end.send(7) != TICKRING_OK) {
            return 1;
        }
        return execl("/bin/sleep", "sleep", "60", static_cast<char *>(nullptr));
    });
    End end;
    ASSERT_EQ(end.listen(directory.file("s")), TICKRING_OK);
    EXPECT_EQ(end.receive(), 7U);
    EXPECT_EQ(end.receive(), std::nullopt);
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
    EXPECT_EQ(waitpid(producer.pid, nullptr, WNOHANG), 0) << "the process is over";
}

TEST(StoppedTest, IsSuspectWhileItStandsStillAndDeadOnceItIsKilled) {
    const TemporaryDirectory directory;
    Child producer([&] {
        End end;
        return end.connect(directory.file("s")) == TICKRING_OK ? raise(SIGSTOP) : 1;
    });
    End end;
    ASSERT_EQ(end.listen(directory.file("s")), TICKRING_OK);
    ASSERT_EQ(waitpid(producer.pid, nullptr, WUNTRACED), producer.pid);
    EXPECT_EQ(end.receive(200 * kMillisecond_ns), std::nullopt);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    producer.kill();
    EXPECT_EQ(end.receive(), std::nullopt);
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
}

// The bus is set up by one thread, which ends; the first thread of the process ends too.
int send_from_the_last_thread(const std::string &path, int resume) {
    static End end;
    std::thread([&path] { end.connect(path); }).join();
    std::thread([resume] {
        char byte = 0;
        _exit(read(resume, &byte, 1) == 0 ? end.send(7) : 1);
    }).detach();
    syscall(SYS_exit, 0); // of this thread alone
    return 1;
}

TEST(ThreadTest, ThatEndsIsNoDeathOfItsProcess) {
    const TemporaryDirectory directory;
    int resume[2];
    ASSERT_EQ(pipe2(resume, O_CLOEXEC), 0);
    Child producer([&] {
        close(resume[1]);
        return send_from_the_last_thread(directory.file("s"), resume[0]);
    });
    End end;
    ASSERT_EQ(end.listen(directory.file("s")), TICKRING_OK);
    EXPECT_EQ(end.receive(200 * kMillisecond_ns), std::nullopt);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    EXPECT_EQ(tickring_peer_state(end.bus), TICKRING_PEER_STATE_ALIVE);
    close(resume[1]);
    EXPECT_EQ(end.receive(), 7U);
    close(resume[0]);
}

TEST(CloseTest, OfBothEndsAtOnceLeavesNothing) {
    const TemporaryDirectory directory;
    const auto descriptors = open_descriptors_count();
    for (int round = 0; round < 200; ++round) {
        std::barrier both(2);
        std::thread listener([&] {
            End end;
            EXPECT_EQ(end.listen(directory.file("s")), TICKRING_OK);
            both.arrive_and_wait();
        });
        {
            End end;
            EXPECT_EQ(end.connect(directory.file("s")), TICKRING_OK);
            EXPECT_EQ(end.send(1), TICKRING_OK);
            both.arrive_and_wait();
        }
        listener.join();
        ASSERT_TRUE(directory.is_empty());
        ASSERT_EQ(open_descriptors_count(), descriptors);
    }
}

enum class Call { kBlocking, kTimed, kPolling };

struct Waiting {
    const char *name;
    std::uint32_t wait;
    Call call;
};

class DeadPeerTest : public testing::TestWithParam<Waiting> {
  protected:
    // Polls as a caller does who never waits: the try, and now and then the question.
    template <class Try> static void poll(End &end, const Try &try_once) {
        while (try_once()) {
            (void)tickring_peer_state(end.bus);
        }
    }
};

TEST_P(DeadPeerTest, IsReportedByAnEmptyRing) {
    const TemporaryDirectory directory;
    Child producer([&] {
        End end;
        return end.connect(directory.file("s")) == TICKRING_OK ? pause() : 1;
    });
    End end;
    ASSERT_EQ(end.listen(directory.file("s"), options_with(GetParam().wait)), TICKRING_OK);
    producer.kill();
    const std::int64_t killed_ns = monotonic_ns();
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    if (GetParam().call == Call::kPolling) {
        poll(end, [&] {
            return tickring_try_acquire_rx(end.bus, &type_id, &bytes) == nullptr &&
                   tickring_last_error() == TICKRING_EMPTY;
        });
    } else if (GetParam().call == Call::kTimed) {
        EXPECT_EQ(end.receive(), std::nullopt);
    } else {
        EXPECT_EQ(tickring_acquire_rx_blocking(end.bus, &type_id, &bytes, 1000), nullptr);
    }
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
    EXPECT_LE(monotonic_ns() - killed_ns, kDeathIsKnownWithin_ns);
}

TEST_P(DeadPeerTest, IsReportedByAFullRing) {
    const TemporaryDirectory directory;
    Child consumer([&] {
        End end;
        return end.listen(directory.file("s")) == TICKRING_OK ? pause() : 1;
    });
    End end;
    ASSERT_EQ(end.connect(directory.file("s"), options_with(GetParam().wait)), TICKRING_OK);
    EXPECT_GT(end.fill(), 0U);
    consumer.kill();
    const std::int64_t killed_ns = monotonic_ns();
    if (GetParam().call == Call::kPolling) {
        poll(end, [&] {
            return tickring_acquire_tx(end.bus, 8) == nullptr &&
                   tickring_last_error() == TICKRING_FULL;
        });
    } else {
        const bool is_timed = GetParam().call == Call::kTimed;
        EXPECT_EQ(tickring_acquire_tx_blocking(end.bus, 8, is_timed ? kPatience_ns : -1), nullptr);
    }
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_DEAD);
    EXPECT_LE(monotonic_ns() - killed_ns, kDeathIsKnownWithin_ns);
}

INSTANTIATE_TEST_SUITE_P(
    Waits, DeadPeerTest,
    testing::Values(Waiting{"SpinBlocking", TICKRING_WAIT_SPIN, Call::kBlocking},
                    Waiting{"SpinTimed", TICKRING_WAIT_SPIN, Call::kTimed},
                    Waiting{"HybridBlocking", TICKRING_WAIT_HYBRID, Call::kBlocking},
                    Waiting{"HybridTimed", TICKRING_WAIT_HYBRID, Call::kTimed},
                    Waiting{"ParkBlocking", TICKRING_WAIT_PARK, Call::kBlocking},
                    Waiting{"ParkTimed", TICKRING_WAIT_PARK, Call::kTimed},
                    Waiting{"Polling", TICKRING_WAIT_HYBRID, Call::kPolling}),
    [](const auto &tested) { return tested.param.name; });

} // namespace
} // namespace tickring::faults
