// SPDX-License-Identifier: Apache-2.0
// bus_test.hpp: both ends of a bus in this process, through the C interface.
#pragma once

#include "temporary_directory.hpp"

#include <tickring/tickring.h>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>

namespace tickring {

constexpr std::size_t kCapacity = 4096;

inline tickring_options_t options_with(std::uint32_t wait = TICKRING_WAIT_HYBRID) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = wait;
    options.arrival_timeout_ns = 5'000'000'000;
    return options;
}

// Both ends of a bus, in this process.
class BusTest : public testing::Test {
  protected:
    void connect(tickring_options_t options = options_with(), std::size_t capacity = kCapacity) {
        std::thread listener([&] {
            listen_code =
                tickring_bus_listen_with(directory.file("s").c_str(), capacity, &options, &rx);
        });
        connect_code = tickring_bus_connect_with(directory.file("s").c_str(), &options, &tx);
        listener.join();
        ASSERT_EQ(connect_code, TICKRING_OK) << tickring_last_error_text();
        ASSERT_EQ(listen_code, TICKRING_OK);
    }
    void TearDown() override {
        tickring_bus_close(tx);
        tickring_bus_close(rx);
        EXPECT_TRUE(directory.is_empty());
    }
    int send(const char *text) {
        void *payload = tickring_acquire_tx(tx, std::strlen(text));
        if (payload == nullptr) {
            return tickring_last_error();
        }
        std::memcpy(payload, text, std::strlen(text));
        return tickring_commit_tx(tx, std::strlen(text), 7);
    }
    int receive(std::string &text) {
        std::uint32_t type_id = 0;
        std::size_t bytes = 0;
        const void *payload = tickring_try_acquire_rx(rx, &type_id, &bytes);
        if (payload == nullptr) {
            return tickring_last_error();
        }
        text.assign(static_cast<const char *>(payload), bytes);
        return tickring_commit_rx(rx);
    }
    TemporaryDirectory directory;
    tickring_bus_t *tx = nullptr;
    tickring_bus_t *rx = nullptr;
    int connect_code = -1;
    int listen_code = -1;
};

} // namespace tickring
