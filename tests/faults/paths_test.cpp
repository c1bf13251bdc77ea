// SPDX-License-Identifier: Apache-2.0
// Several processes and one path; and signals in each call that waits for a peer.
#include "socket_path.hpp"

#include "../core/temporary_directory.hpp"
#include "ends.hpp"

#include <tickring/futex.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <future>
#include <vector>

#include <pthread.h>
#include <sys/socket.h>

namespace tickring::faults {
namespace {

TEST(RaceTest, OfListenersForOnePathHasOneWinnerWhoseSocketStays) {
    constexpr int kListeners = 6;
    const TemporaryDirectory directory;
    const std::string path = directory.file("s");
    for (int round = 0; round < 200; ++round) {
        std::barrier start(kListeners);
        std::barrier all_tried(kListeners);
        std::atomic<int> winners_count{0};
        std::vector<std::thread> racers;
        for (int racer = 0; racer < kListeners; ++racer) {
            racers.emplace_back([&] {
                ListeningSocket listening;
                start.arrive_and_wait();
                const Code code = listen_on(path.c_str(), listening);
                all_tried.arrive_and_wait();
                if (code == Code::kOk) {
                    ++winners_count;
                    int connected = -1;
                    EXPECT_EQ(connect_to(path.c_str(), 0, connected), Code::kOk);
                    close(connected);
                    stop_listening(listening);
                } else {
                    EXPECT_EQ(code, Code::kAddressInUse);
                }
            });
        }
        for (std::thread &racer : racers) {
            racer.join();
        }
        ASSERT_EQ(winners_count, 1);
        ASSERT_TRUE(directory.is_empty());
    }
}

TEST(BacklogTest, ThatIsFullTimesOutAtTheDeadline) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("s");
    ListeningSocket listening;
    ASSERT_EQ(listen_on(path.c_str(), listening), Code::kOk);
    std::vector<int> waiting;
    int connected = -1;
    while (connect_to(path.c_str(), 0, connected) == Code::kOk) {
        waiting.push_back(connected);
        ASSERT_LT(waiting.size(), 100U);
    }
    EXPECT_EQ(connect_to(path.c_str(), 0, connected), Code::kTimeout);
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(connect_to(path.c_str(), start_ns + 30 * kMillisecond_ns, connected), Code::kTimeout);
    EXPECT_GE(monotonic_ns() - start_ns, 30 * kMillisecond_ns);
    EXPECT_LE(monotonic_ns() - start_ns, 280 * kMillisecond_ns); // deadline plus 250 ms, a promise
    for (const int socket : waiting) {
        close(socket);
    }
    stop_listening(listening);
}

// Signals for this thread, one after the other, until it is let go of.
class Disturbance {
  public:
    explicit Disturbance(int flags) {
        struct sigaction action{};
        action.sa_handler = [](int) {};
        action.sa_flags = flags;
        sigaction(SIGUSR1, &action, &before_);
        thread_ = std::thread([this, disturbed = pthread_self()] {
            while (!is_over_) {
                pthread_kill(disturbed, SIGUSR1);
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            }
        });
    }
    ~Disturbance() {
        is_over_ = true;
        thread_.join();
        sigaction(SIGUSR1, &before_, nullptr);
    }
    Disturbance(const Disturbance &) = delete;
    Disturbance &operator=(const Disturbance &) = delete;

  private:
    struct sigaction before_{};
    std::atomic<bool> is_over_{false};
    std::thread thread_;
};

class SignalTest : public testing::TestWithParam<int> {
  protected:
    const TemporaryDirectory directory;
    const std::string path = directory.file("s");
};

TEST_P(SignalTest, InterruptsTheWaitForAConnectorAndLeavesNothing) {
    const auto descriptors = open_descriptors_count();
    {
        const Disturbance disturbance(GetParam());
        End end;
        EXPECT_EQ(end.listen(path), TICKRING_INTERRUPTED);
    }
    EXPECT_TRUE(directory.is_empty());
    EXPECT_EQ(open_descriptors_count(), descriptors);
}

TEST_P(SignalTest, InterruptsTheWaitForAListener) {
    const Disturbance disturbance(GetParam());
    End end;
    EXPECT_EQ(end.connect(path), TICKRING_INTERRUPTED);
}

TEST_P(SignalTest, InterruptsAHandshakeWithAPeerThatSaysNothing) {
    ListeningSocket listening;
    ASSERT_EQ(listen_on(path.c_str(), listening), Code::kOk);
    {
        const Disturbance disturbance(GetParam());
        End end;
        EXPECT_EQ(end.connect(path), TICKRING_INTERRUPTED);
    }
    stop_listening(listening);
}

TEST_P(SignalTest, InterruptsASleepAndTheNextCallGoesOn) {
    End rx;
    End tx;
    auto listening = std::async(std::launch::async, [&] { return rx.listen(path); });
    ASSERT_EQ(tx.connect(path), TICKRING_OK);
    ASSERT_EQ(listening.get(), TICKRING_OK);
    {
        const Disturbance disturbance(GetParam());
        EXPECT_EQ(rx.receive(), std::nullopt);
        EXPECT_EQ(tickring_last_error(), TICKRING_INTERRUPTED);
        const std::uint64_t sent = tx.fill();
        EXPECT_EQ(tx.send(sent), TICKRING_INTERRUPTED);
    }
    EXPECT_EQ(rx.receive(), 0U);
    EXPECT_EQ(tx.send(99), TICKRING_OK);
}

INSTANTIATE_TEST_SUITE_P(Flags, SignalTest, testing::Values(0, SA_RESTART), [](const auto &tested) {
    return tested.param == 0 ? "Plain" : "Restarting";
});

} // namespace
} // namespace tickring::faults
