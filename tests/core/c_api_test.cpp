// SPDX-License-Identifier: Apache-2.0
// The C interface between two threads, each with its own end of a bus.
#include "bus_test.hpp"

#include <cstring>
#include <functional>
#include <future>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using tickring::BusTest;
using tickring::kCapacity;
using tickring::open_descriptors_count;
using tickring::options_with;
using tickring::TemporaryDirectory;

TEST_F(BusTest, PassesAMessage) {
    connect();
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
    ASSERT_EQ(send("hello"), TICKRING_OK);
    ASSERT_EQ(receive(text), TICKRING_OK);
    EXPECT_EQ(text, "hello");
}

TEST_F(BusTest, SendsACopyOfAnySize) {
    connect();
    for (const std::size_t bytes : {0UL, 1UL, 31UL, 32UL, 33UL, 48UL, 49UL, kCapacity - 80}) {
        const std::string sent(bytes, static_cast<char>('a' + bytes % 26));
        const char *from = bytes == 0 ? nullptr : sent.data();
        const auto type_id = static_cast<std::uint32_t>(bytes + 1);
        ASSERT_EQ(tickring_send(tx, from, bytes, type_id, bytes % 2 == 0 ? 0 : -1), TICKRING_OK);
        std::uint32_t received_type_id = 0;
        std::size_t received_bytes = SIZE_MAX;
        const void *payload = tickring_try_acquire_rx(rx, &received_type_id, &received_bytes);
        ASSERT_NE(payload, nullptr);
        EXPECT_EQ(received_type_id, type_id);
        EXPECT_EQ(std::string(static_cast<const char *>(payload), received_bytes), sent);
        ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    }
}

TEST_F(BusTest, RefusesACopyAsAnAcquireWould) {
    connect(options_with(TICKRING_WAIT_SPIN));
    const char tick[kCapacity] = {};
    for (const std::size_t bytes : {32UL, 33UL}) {
        EXPECT_EQ(tickring_send(nullptr, tick, bytes, 0, 0), TICKRING_INVALID_ARGUMENT);
        EXPECT_STREQ(tickring_last_error_text(), "bus is NULL");
        EXPECT_EQ(tickring_send(rx, tick, bytes, 0, 0), TICKRING_BAD_STATE);
        EXPECT_EQ(tickring_send(tx, nullptr, bytes, 0, 0), TICKRING_INVALID_ARGUMENT);
        EXPECT_EQ(tickring_last_error_text(),
                  "payload is NULL, payload_bytes is " + std::to_string(bytes));
        EXPECT_EQ(tickring_send(tx, tick, bytes, 0, -2), TICKRING_INVALID_ARGUMENT);
        EXPECT_STREQ(tickring_last_error_text(), "timeout_ns is -2, must be -1, 0 or more");
        ASSERT_NE(tickring_acquire_tx(tx, 1), nullptr);
        EXPECT_EQ(tickring_send(tx, tick, bytes, 0, 0), TICKRING_BAD_STATE);
        EXPECT_STREQ(tickring_last_error_text(), "a message is acquired already");
        ASSERT_EQ(tickring_rollback_tx(tx), TICKRING_OK);
    }
    EXPECT_EQ(tickring_send(tx, tick, kCapacity - 79, 0, -1), TICKRING_TOO_LARGE);
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
    tickring_bus_close(rx);
    rx = nullptr;
    while (tickring_send(tx, tick, 32, 0, 5'000'000'000) == TICKRING_OK) {
    }
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_CLOSED);
}

TEST_F(BusTest, ACopyWaitsForRoom) {
    connect();
    std::promise<int> sent_until_full;
    auto sender = std::async(std::launch::async, [&] {
        const char tick[32] = {};
        int sent = 0;
        while (tickring_send(tx, tick, sizeof tick, 0, 0) == TICKRING_OK) {
            ++sent;
        }
        EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
        EXPECT_EQ(tickring_send(tx, tick, sizeof tick, 0, 20'000'000), TICKRING_TIMEOUT);
        sent_until_full.set_value(sent);
        return tickring_send(tx, "last", 4, 0, -1);
    });
    const int sent = sent_until_full.get_future().get();
    EXPECT_EQ(sent, 63);
    std::string text;
    for (int i = 0; i < sent; ++i) {
        ASSERT_EQ(receive(text), TICKRING_OK);
    }
    ASSERT_EQ(sender.get(), TICKRING_OK);
    ASSERT_EQ(receive(text), TICKRING_OK);
    EXPECT_EQ(text, "last");
}

TEST_F(BusTest, RemovesTheSocketOnceConnected) {
    connect();
    EXPECT_TRUE(directory.is_empty());
}

TEST_F(BusTest, LeavesNoDescriptorBehind) {
    const auto before = open_descriptors_count();
    connect();
    EXPECT_EQ(open_descriptors_count(), before + 4); // a socket and a pidfd for each end
    tickring_bus_close(tx);
    tickring_bus_close(rx);
    tx = rx = nullptr;
    EXPECT_EQ(open_descriptors_count(), before);
}

TEST_F(BusTest, RefusesCallsOfTheOtherRole) {
    connect();
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    EXPECT_EQ(tickring_acquire_tx(rx, 1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_STREQ(tickring_last_error_text(), "this end of the bus is the consumer");
    EXPECT_EQ(tickring_acquire_tx_blocking(rx, 1, -2), nullptr); // whatever else is wrong
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_tx(rx, 1, 0), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_rollback_tx(rx), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_flush(rx), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_try_acquire_rx(tx, &type_id, &bytes), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_rx(tx), TICKRING_BAD_STATE);
}

TEST_F(BusTest, NamesTheLimitOfATooLargeMessage) {
    connect();
    EXPECT_EQ(tickring_max_payload_bytes(tx), kCapacity - 80);
    EXPECT_EQ(tickring_acquire_tx(tx, kCapacity - 79), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TOO_LARGE);
    EXPECT_STREQ(tickring_last_error_text(),
                 "payload_bytes is 4017, this ring of 4096 bytes takes at most 4016");
    EXPECT_EQ(tickring_acquire_tx_blocking(tx, SIZE_MAX, -1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TOO_LARGE);
}

TEST_F(BusTest, SaysFullAtOnceAndTimesOutWhenBlocking) {
    connect();
    while (send("x") == TICKRING_OK) {
    }
    EXPECT_EQ(tickring_last_error(), TICKRING_FULL);
    EXPECT_EQ(tickring_acquire_tx_blocking(tx, 1, 20'000'000), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    EXPECT_EQ(tickring_acquire_tx_blocking(tx, 1, 0), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    std::string text;
    for (int i = 0; i < 63; ++i) {
        ASSERT_EQ(receive(text), TICKRING_OK) << i;
    }
    EXPECT_EQ(receive(text), TICKRING_EMPTY);
}

TEST_F(BusTest, BlockingSendGoesOnWhenRoomIsMade) {
    for (std::uint32_t wait : {TICKRING_WAIT_SPIN, TICKRING_WAIT_HYBRID, TICKRING_WAIT_PARK}) {
        connect(options_with(wait));
        while (send("x") == TICKRING_OK) {
        }
        std::thread reader([this] {
            std::string text;
            EXPECT_EQ(receive(text), TICKRING_OK);
        });
        void *payload = tickring_acquire_tx_blocking(tx, 1, -1);
        EXPECT_NE(payload, nullptr) << tickring_last_error_text();
        reader.join();
        tickring_bus_close(tx);
        tickring_bus_close(rx);
        tx = rx = nullptr;
    }
}

TEST_F(BusTest, TimedReceiveTakesZeroMinusOneAndHugeTimeouts) {
    connect();
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    EXPECT_EQ(tickring_acquire_rx_timed(rx, &type_id, &bytes, 0), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    EXPECT_EQ(tickring_acquire_rx_timed(rx, &type_id, &bytes, 1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    EXPECT_EQ(tickring_acquire_rx_timed(rx, &type_id, &bytes, -2), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    ASSERT_EQ(send("x"), TICKRING_OK);
    EXPECT_NE(tickring_acquire_rx_timed(rx, &type_id, &bytes, INT64_MAX), nullptr);
    EXPECT_EQ(type_id, 7U);
}

TEST_F(BusTest, ReportsACleanCloseToBothSides) {
    connect();
    ASSERT_EQ(send("last"), TICKRING_OK);
    EXPECT_EQ(tickring_peer_state(rx), TICKRING_PEER_STATE_ALIVE);
    tickring_bus_close(tx);
    tx = nullptr;
    EXPECT_EQ(tickring_peer_state(rx), TICKRING_PEER_STATE_CLOSED);
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_OK);
    EXPECT_EQ(receive(text), TICKRING_PEER_CLOSED);
}

TEST_F(BusTest, ProducerLearnsOfAConsumerThatClosed) {
    connect();
    tickring_bus_close(rx);
    rx = nullptr;
    EXPECT_EQ(tickring_peer_state(tx), TICKRING_PEER_STATE_CLOSED);
    int code = TICKRING_OK;
    while (code == TICKRING_OK) {
        code = send("x");
    }
    EXPECT_EQ(code, TICKRING_PEER_CLOSED);
}

TEST_F(BusTest, AnswersForkedInAForkedChildAndGoesOnInTheParent) {
    connect();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool all = tickring_acquire_tx(tx, 1) == nullptr &&
                         tickring_last_error() == TICKRING_FORKED &&
                         tickring_send(tx, "x", 1, 0, 0) == TICKRING_FORKED &&
                         tickring_commit_tx_batch(tx, nullptr, 0) == TICKRING_FORKED &&
                         tickring_commit_rx(rx) == TICKRING_FORKED &&
                         tickring_peer_state(tx) == -1 && tickring_max_payload_bytes(tx) == 0;
        tickring_bus_close(tx);
        tickring_bus_close(rx);
        _exit(all ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    ASSERT_EQ(send("still here"), TICKRING_OK);
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_OK);
}

TEST_F(BusTest, CountsWhatHappens) {
    connect();
    ASSERT_EQ(send("abc"), TICKRING_OK);
    ASSERT_EQ(send("de"), TICKRING_OK);
    std::string text;
    ASSERT_EQ(receive(text), TICKRING_OK);
    tickring_stats_t stats{};
    stats.struct_bytes = sizeof stats;
    ASSERT_EQ(tickring_stats(tx, &stats), TICKRING_OK);
    EXPECT_EQ(stats.messages_count, 2U);
    EXPECT_EQ(stats.payload_bytes, 5U);
    EXPECT_EQ(stats.publications_count, 2U);
    ASSERT_EQ(tickring_stats(rx, &stats), TICKRING_OK);
    EXPECT_EQ(stats.messages_count, 1U);
    stats.struct_bytes = 4;
    EXPECT_EQ(tickring_stats(rx, &stats), TICKRING_INVALID_ARGUMENT);
}

TEST_F(BusTest, TellsThePositionInTheRun) {
    tickring_options_t options = options_with();
    options.publish_every = 2;
    connect(options);
    EXPECT_EQ(tickring_rx_run_position(rx), UINT32_MAX);
    EXPECT_EQ(tickring_rx_run_position(tx), UINT32_MAX);
    ASSERT_EQ(send("a"), TICKRING_OK);
    ASSERT_EQ(send("b"), TICKRING_OK);
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    for (std::uint32_t expected : {0U, 1U}) {
        ASSERT_NE(tickring_try_acquire_rx(rx, &type_id, &bytes), nullptr);
        EXPECT_EQ(tickring_rx_run_position(rx), expected);
        ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    }
}

TEST_F(BusTest, ABatchIsOfOnePublicationAndGivenBackAsAWhole) {
    tickring_options_t options = options_with();
    options.publish_every = 3;
    connect(options);
    for (const char *text : {"a", "bc", "", "d", "e", "f"}) {
        ASSERT_EQ(send(text), TICKRING_OK);
    }
    tickring_message_t messages[8]{};
    ASSERT_EQ(tickring_acquire_rx_batch(rx, messages, 8, 0), 3U);
    EXPECT_EQ(messages[1].payload_bytes, 2U);
    EXPECT_EQ(std::memcmp(messages[1].payload, "bc", 2), 0);
    EXPECT_EQ(messages[1].type_id, 7U);
    EXPECT_EQ(messages[2].payload_bytes, 0U);
    EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, 8, 0), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_BAD_STATE);
    EXPECT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    EXPECT_EQ(tickring_commit_rx(rx), TICKRING_BAD_STATE);
    ASSERT_EQ(tickring_acquire_rx_batch(rx, messages, 8, 0), 3U);
    EXPECT_EQ(std::memcmp(messages[0].payload, "d", 1), 0);
}

TEST_F(BusTest, ABatchHasNoMoreThanItsMostAndTellsThePositionOfItsFirst) {
    tickring_options_t options = options_with();
    options.publish_every = 5;
    connect(options);
    for (const char *text : {"a", "b", "c", "d", "e"}) {
        ASSERT_EQ(send(text), TICKRING_OK);
    }
    tickring_message_t messages[2]{};
    for (std::uint32_t position : {0U, 2U, 4U}) {
        EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, 2, 0), position == 4 ? 1U : 2U);
        EXPECT_EQ(tickring_rx_run_position(rx), position);
        ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    }
}

TEST_F(BusTest, ABatchWaitsForItsFirstMessage) {
    connect();
    tickring_message_t messages[2]{};
    EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, 2, 0), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_TIMEOUT);
    auto sent = std::async(std::launch::async, [&] { return send("x"); });
    EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, 2, 5'000'000'000), 1U);
    EXPECT_EQ(sent.get(), TICKRING_OK);
    ASSERT_EQ(tickring_commit_rx(rx), TICKRING_OK);
    tickring_bus_close(tx);
    tx = nullptr;
    EXPECT_EQ(tickring_acquire_rx_batch(rx, messages, 2, -1), 0U);
    EXPECT_EQ(tickring_last_error(), TICKRING_PEER_CLOSED);
}

TEST_F(BusTest, RolesCanBeTurnedRound) {
    tickring_options_t listens = options_with();
    listens.role = TICKRING_ROLE_PRODUCER;
    tickring_options_t connects = options_with();
    connects.role = TICKRING_ROLE_CONSUMER;
    std::thread listener([&] {
        EXPECT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &listens, &tx),
                  TICKRING_OK);
    });
    ASSERT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &connects, &rx), TICKRING_OK)
        << tickring_last_error_text();
    listener.join();
    ASSERT_EQ(send("turned"), TICKRING_OK);
    std::string text;
    EXPECT_EQ(receive(text), TICKRING_OK);
}

TEST_F(BusTest, ListenerGoesOnAfterAPeerOfTheSameRole) {
    tickring_options_t wrong = options_with();
    wrong.role = TICKRING_ROLE_CONSUMER;
    tickring_options_t options = options_with();
    std::thread listener([&] {
        listen_code =
            tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &rx);
    });
    EXPECT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &wrong, &tx),
              TICKRING_PROTOCOL);
    EXPECT_NE(std::strstr(tickring_last_error_text(), "role"), nullptr)
        << tickring_last_error_text();
    EXPECT_EQ(tx, nullptr);
    EXPECT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &options, &tx), TICKRING_OK);
    listener.join();
    EXPECT_EQ(listen_code, TICKRING_OK);
}

// Listens like a bus, takes one connection and leaves.
void leave_a_connector(const std::string &path, const std::function<void()> &is_listening) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int socket = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(socket, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    ASSERT_EQ(listen(socket, 1), 0);
    is_listening();
    close(accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
    close(socket);
    unlink(path.c_str());
}

TEST_F(BusTest, ConnectorGoesOnAfterAListenerThatLeftDuringTheHandshake) {
    tickring_options_t options = options_with();
    std::promise<void> is_listening;
    std::thread listener([&] {
        leave_a_connector(directory.file("s"), [&] { is_listening.set_value(); });
        listen_code =
            tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &rx);
    });
    is_listening.get_future().wait();
    EXPECT_EQ(tickring_bus_connect_with(directory.file("s").c_str(), &options, &tx), TICKRING_OK)
        << tickring_last_error_text();
    listener.join();
    EXPECT_EQ(listen_code, TICKRING_OK);
}

TEST_F(BusTest, ConnectorThatMayTryOnceSaysThatTheListenerLeft) {
    std::promise<void> is_listening;
    std::thread listener(
        [&] { leave_a_connector(directory.file("s"), [&] { is_listening.set_value(); }); });
    is_listening.get_future().wait();
    EXPECT_EQ(tickring_bus_connect(directory.file("s").c_str(), &tx), TICKRING_PROTOCOL);
    EXPECT_NE(std::strstr(tickring_last_error_text(), "left"), nullptr)
        << tickring_last_error_text();
    listener.join();
}

TEST(ArgumentsTest, AreCheckedAndNamed) {
    tickring_bus_t *bus = nullptr;
    EXPECT_EQ(tickring_bus_listen(nullptr, kCapacity, &bus), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_bus_listen("x", kCapacity, nullptr), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_bus_connect(nullptr, &bus), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_acquire_tx(nullptr, 1), nullptr);
    EXPECT_EQ(tickring_last_error(), TICKRING_INVALID_ARGUMENT);
    EXPECT_EQ(tickring_peer_state(nullptr), -1);
    EXPECT_EQ(tickring_max_payload_bytes(nullptr), 0U);
    tickring_bus_close(nullptr);
    tickring_options_init(nullptr);
}

TEST(ArgumentsTest, CapacityIsAPowerOfTwoFromAPageTo2GiB) {
    TemporaryDirectory directory;
    for (std::size_t capacity :
         {std::size_t{0}, std::size_t{1}, std::size_t{2048}, std::size_t{4097}, std::size_t{12288},
          std::size_t{1} << 32, std::size_t{1} << 40, std::size_t{1} << 63, SIZE_MAX}) {
        tickring_bus_t *bus = nullptr;
        EXPECT_EQ(tickring_bus_listen(directory.file("s").c_str(), capacity, &bus),
                  TICKRING_INVALID_ARGUMENT)
            << capacity;
        EXPECT_EQ(std::string(tickring_last_error_text()).rfind("capacity_bytes is ", 0), 0U);
    }
    EXPECT_TRUE(directory.is_empty());
}

TEST(ArgumentsTest, OptionsAreCheckedAndNamed) {
    const std::pair<const char *, void (*)(tickring_options_t &)> cases[] = {
        {"options.struct_bytes", [](tickring_options_t &o) { o.struct_bytes = 4; }},
        {"options.role", [](tickring_options_t &o) { o.role = 3; }},
        {"options.wait", [](tickring_options_t &o) { o.wait = 3; }},
        {"options.publish_every", [](tickring_options_t &o) { o.publish_every = 0; }},
        {"options.reserved", [](tickring_options_t &o) { o.reserved = 1; }},
        {"options.arrival_timeout_ns", [](tickring_options_t &o) { o.arrival_timeout_ns = -2; }},
        {"options.handshake_timeout_ns", [](tickring_options_t &o) { o.handshake_timeout_ns = 0; }},
        {"options.max_capacity_bytes", [](tickring_options_t &o) { o.max_capacity_bytes = 5; }},
    };
    for (const auto &[field, damage] : cases) {
        tickring_options_t options;
        tickring_options_init(&options);
        damage(options);
        tickring_bus_t *bus = nullptr;
        EXPECT_EQ(tickring_bus_connect_with("absent", &options, &bus), TICKRING_INVALID_ARGUMENT);
        EXPECT_EQ(std::string(tickring_last_error_text()).rfind(field, 0), 0U)
            << tickring_last_error_text();
    }
}

TEST(ListenTest, TimesOutWithoutAPeerAndLeavesNothing) {
    TemporaryDirectory directory;
    tickring_options_t options = options_with();
    options.arrival_timeout_ns = 20'000'000;
    tickring_bus_t *bus = nullptr;
    EXPECT_EQ(tickring_bus_listen_with(directory.file("s").c_str(), kCapacity, &options, &bus),
              TICKRING_TIMEOUT);
    EXPECT_EQ(bus, nullptr);
    EXPECT_TRUE(directory.is_empty());
}

TEST(TextTest, EveryCodeHasWordsAndTheVersionIsTheHeaders) {
    for (int code = TICKRING_OK; code <= TICKRING_UNSUPPORTED; ++code) {
        EXPECT_STRNE(tickring_strerror(code), "unknown code") << code;
    }
    EXPECT_STREQ(tickring_strerror(99), "unknown code");
    EXPECT_STREQ(tickring_version(), "0.1.0");
}

} // namespace
