// SPDX-License-Identifier: Apache-2.0
// The order in which each side touches the shared words. Hardware rarely shows a missing fence (the
// system call of a sleep drains the store buffer too), so the sequence itself is checked here.
#include <tickring/wait.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace tickring {
namespace {

using Log = std::vector<std::string>;

// Both sides' memory as one thing that writes down what is done to it.
class LoggingMemory {
  public:
    explicit LoggingMemory(Log &log) : log_(&log) {}

    const std::uint32_t *commit = nullptr;
    std::uint32_t wants_room = 0;
    std::uint32_t waiting = 0;
    std::uint64_t released = 0;

    [[nodiscard]] std::byte *payload(std::uint64_t) { return bytes_.data(); }
    void write_header(std::uint64_t position, std::uint32_t, std::uint32_t) {
        say("header", position);
    }
    void clear_commit(std::uint64_t position) { say("clear", position); }
    void expect_commit(std::uint64_t position) { say("expect to publish", position); }
    void store_commit(std::uint64_t position, std::uint32_t) { say("publish", position); }
    std::uint64_t load_released() {
        say("look at released");
        return released;
    }
    std::uint32_t load_waiting() {
        say("look at waiting");
        return waiting;
    }
    std::uint32_t load_peer_status() { return 0; }
    void store_wants_room(std::uint32_t mark) { say(mark != 0 ? "want room" : "want no room"); }
    void store_status(std::uint32_t) {}
    void fence() { say("fence"); }
    void wake_consumer(std::uint64_t position) { say("wake at", position); }
    SleepEnd sleep_on_released(std::uint64_t seen, std::int64_t) {
        say("sleep on released", seen);
        return SleepEnd::kWoken;
    }

    std::uint32_t load_commit(std::uint64_t position) {
        say("look at commit", position);
        return *commit;
    }
    std::uint32_t load_payload_bytes(std::uint64_t) { return 0; }
    std::uint32_t load_type_id(std::uint64_t) { return 0; }
    void store_released(std::uint64_t position) { say("release", position); }
    std::uint32_t load_wants_room() {
        say("look at wants_room");
        return wants_room;
    }
    void store_waiting(std::uint32_t mark) { say(mark != 0 ? "wait" : "wait no more"); }
    void wake_producer() { say("wake producer"); }
    SleepEnd sleep_on_commit(std::uint64_t position, std::int64_t) {
        say("sleep on commit", position);
        return SleepEnd::kWoken;
    }

  private:
    void say(const std::string &what) { log_->push_back(what); }
    void say(const std::string &what, std::uint64_t position) {
        log_->push_back(what + " " + std::to_string(position));
    }

    Log *log_;
    std::array<std::byte, 64> bytes_{};
};

class OrderTest : public testing::Test {
  protected:
    BasicProducer<LoggingMemory> producer(bool peer_sleeps, std::uint32_t waiting = 0,
                                          std::uint32_t publish_every = 1) {
        LoggingMemory memory(log);
        memory.waiting = waiting;
        return {memory, {4096, publish_every, peer_sleeps, 0}};
    }
    BasicConsumer<LoggingMemory> consumer(bool peer_sleeps, std::uint32_t commit,
                                          std::uint32_t wants_room = 0) {
        next_commit = commit;
        LoggingMemory memory(log);
        memory.commit = &next_commit;
        memory.wants_room = wants_room;
        return {memory, {4096, peer_sleeps, 0}};
    }
    static void send(BasicProducer<LoggingMemory> &side) {
        std::byte *payload = nullptr;
        ASSERT_EQ(side.try_acquire(0, payload), Code::kOk);
        ASSERT_EQ(side.commit(0, 0), Code::kOk);
    }
    Log log;
    std::uint32_t next_commit = 0;
};

TEST_F(OrderTest, PublicationClearsTheNextWordFirstAndLooksForASleeperBehindAFence) {
    auto side = producer(true);
    send(side);
    EXPECT_EQ(log,
              (Log{"header 0", "clear 64", "publish 0", "fence", "look at waiting", "clear 128"}));
}

TEST_F(OrderTest, ASleeperIsWokenAtTheFirstRecordOfTheRun) {
    auto side = producer(true, wait_mark(0));
    send(side);
    EXPECT_EQ(log, (Log{"header 0", "clear 64", "publish 0", "fence", "look at waiting",
                        "clear 128", "wake at 0"}));
}

TEST_F(OrderTest, AConsumerThatNeverSleepsSavesTheProducerTheFence) {
    auto side = producer(false);
    send(side);
    EXPECT_EQ(log, (Log{"header 0", "clear 64", "publish 0", "clear 128"}));
}

TEST_F(OrderTest, AWordThatIsClearedAheadIsNotClearedAgain) {
    auto side = producer(false);
    send(side);
    log.clear();
    send(side);
    EXPECT_EQ(log, (Log{"header 64", "publish 64", "clear 192"}));
}

TEST_F(OrderTest, AWordThatAnAcquiredMessageCoversIsClearedAgain) {
    auto side = producer(false);
    send(side);
    log.clear();
    std::byte *payload = nullptr;
    ASSERT_EQ(side.try_acquire(100, payload), Code::kOk);
    ASSERT_EQ(side.commit(0, 0), Code::kOk);
    EXPECT_EQ(log, (Log{"header 64", "clear 128", "publish 64", "clear 192"}));
}

TEST_F(OrderTest, AMessageInOneStepIsPublishedAsOneInTwo) {
    auto side = producer(true);
    ASSERT_TRUE(side.send_at_once(0, 0, [this](std::byte *) {
        log.push_back("write");
        return true;
    }));
    EXPECT_EQ(log, (Log{"write", "header 0", "clear 64", "publish 0", "fence", "look at waiting",
                        "clear 128"}));
}

TEST_F(OrderTest, TheWordThatIsExpectedIsThatOfTheNextPublicationAndOnlyWhereACommitPublishes) {
    auto side = producer(false, 0, 2);
    send(side);
    send(side);
    log.clear();
    side.expect_commit();
    EXPECT_EQ(log, Log{});
    send(side);
    log.clear();
    side.expect_commit();
    send(side);
    EXPECT_EQ(log, (Log{"expect to publish 128", "header 192", "publish 128", "clear 384"}));
}

TEST_F(OrderTest, NothingIsClearedAheadWhereTheConsumerMayStillRead) {
    auto side = producer(false);
    for (int i = 0; i < 61; ++i) {
        send(side);
    }
    log.clear();
    send(side);
    EXPECT_EQ(log, (Log{"header 3904", "publish 3904", "clear 4032"}));
    log.clear();
    send(side);
    EXPECT_EQ(log, (Log{"header 3968", "publish 3968"}));
}

TEST_F(OrderTest, TheEndOfTheStreamIsPublishedAndLookedAfterLikeARun) {
    auto side = producer(true, wait_mark(0));
    side.close();
    EXPECT_EQ(log, (Log{"publish 0", "fence", "look at waiting", "wake at 0"}));
}

TEST_F(OrderTest, AProducerTestsTheValueThatItSleepsOnBehindAFence) {
    auto side = producer(true);
    for (int i = 0; i < 63; ++i) {
        send(side);
    }
    log.clear();
    side.announce_wait(0);
    side.sleep(0, 0);
    side.withdraw_wait();
    EXPECT_EQ(log, (Log{"want room", "fence", "look at released", "sleep on released 0",
                        "want no room"}));
}

TEST_F(OrderTest, AConsumerAnnouncesItsSleepAndLooksAgainBehindAFence) {
    auto side = consumer(true, 0);
    side.sleep(0);
    EXPECT_EQ(log, (Log{"wait", "fence", "look at wants_room", "look at commit 0",
                        "sleep on commit 0", "wait no more"}));
}

TEST_F(OrderTest, AConsumerThatFindsAMessageDoesNotSleep) {
    auto side = consumer(true, 1);
    side.sleep(0);
    EXPECT_EQ(log.back(), "wait no more");
    EXPECT_EQ(std::count(log.begin(), log.end(), "sleep on commit 0"), 0);
}

TEST_F(OrderTest, AReleaseNeedsItsFenceOnlyOnceNothingIsLeftToRead) {
    auto side = consumer(true, 1);
    Message message;
    ASSERT_EQ(side.try_acquire(message), Code::kOk);
    log.clear();
    ASSERT_EQ(side.commit(), Code::kOk);
    EXPECT_EQ(log, (Log{"look at wants_room", "release 64"}));
    next_commit = 0;
    log.clear();
    EXPECT_EQ(side.try_acquire(message), Code::kEmpty);
    EXPECT_EQ(log, (Log{"look at commit 64", "fence", "look at wants_room"}));
    log.clear();
    EXPECT_EQ(side.try_acquire(message), Code::kEmpty);
    EXPECT_EQ(log, Log{"look at commit 64"});
}

TEST_F(OrderTest, AWaitingProducerIsWokenAfterTheRelease) {
    auto side = consumer(true, 1, wait_mark(64));
    Message message;
    ASSERT_EQ(side.try_acquire(message), Code::kOk);
    log.clear();
    ASSERT_EQ(side.commit(), Code::kOk);
    EXPECT_EQ(log, (Log{"look at wants_room", "release 64", "wake producer"}));
}

} // namespace
} // namespace tickring
