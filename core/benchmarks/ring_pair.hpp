// SPDX-License-Identifier: Apache-2.0
// ring_pair.hpp: both ends of a bus in this process, through the C interface, over a real socket.
#pragma once

#include <tickring/tickring.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <thread>

#include <unistd.h>

namespace tickring::benchmarks {

// Ends the program when a set-up call fails: there is nothing to measure then.
inline void require(int code) {
    if (code != TICKRING_OK) {
        std::fprintf(stderr, "tickring: %s\n", tickring_last_error_text());
        std::exit(4);
    }
}

struct RingPair {
    RingPair(std::size_t capacity_bytes, std::uint32_t publish_every, std::uint32_t wait) {
        char folder[] = "/tmp/tickring-benchmark-XXXXXX";
        if (mkdtemp(folder) == nullptr) {
            std::perror("tickring: cannot make a folder in /tmp");
            std::exit(4);
        }
        const std::string path = std::string(folder) + "/bus";
        tickring_options_t options;
        tickring_options_init(&options);
        options.publish_every = publish_every;
        options.wait = wait;
        std::thread listener([&] {
            require(tickring_bus_listen_with(path.c_str(), capacity_bytes, &options, &consumer));
        });
        options.arrival_timeout_ns = 10'000'000'000;
        require(tickring_bus_connect_with(path.c_str(), &options, &producer));
        listener.join();
        rmdir(folder);
    }
    ~RingPair() {
        tickring_bus_close(producer);
        tickring_bus_close(consumer);
    }
    RingPair(const RingPair &) = delete;
    RingPair &operator=(const RingPair &) = delete;

    tickring_bus_t *producer = nullptr;
    tickring_bus_t *consumer = nullptr;
};

// One message of payload_bytes; false when the ring is full.
inline bool send(tickring_bus_t *bus, const void *payload, std::size_t payload_bytes) {
    void *room = tickring_acquire_tx(bus, payload_bytes);
    if (room == nullptr) {
        return false;
    }
    std::memcpy(room, payload, payload_bytes);
    tickring_commit_tx(bus, payload_bytes, 1);
    return true;
}

// The same by one call.
inline bool send_by_one_call(tickring_bus_t *bus, const void *payload, std::size_t payload_bytes) {
    return tickring_send(bus, payload, payload_bytes, 1, 0) == TICKRING_OK;
}

// So many of them by two calls; false when there is room for fewer.
inline constexpr std::size_t kBatchMessages = 32;
inline bool send_batch(tickring_bus_t *bus, const void *payload, std::size_t payload_bytes) {
    constexpr std::uint32_t kTypes[kBatchMessages]{};
    void *first = nullptr;
    std::size_t stride_bytes = 0;
    const std::size_t count =
        tickring_acquire_tx_batch(bus, payload_bytes, kBatchMessages, 0, &first, &stride_bytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(static_cast<std::byte *>(first) + i * stride_bytes, payload, payload_bytes);
    }
    tickring_commit_tx_batch(bus, kTypes, count);
    return count == kBatchMessages;
}

// Takes one message; false when there is none.
inline bool receive(tickring_bus_t *bus) {
    std::uint32_t type_id = 0;
    std::size_t payload_bytes = 0;
    if (tickring_try_acquire_rx(bus, &type_id, &payload_bytes) == nullptr) {
        return false;
    }
    tickring_commit_rx(bus);
    return true;
}

// The same by the batch: what one publication holds, up to 64 messages.
template <std::int64_t timeout_ns> bool receive_batch(tickring_bus_t *bus) {
    tickring_message_t messages[64];
    if (tickring_acquire_rx_batch(bus, messages, std::size(messages), timeout_ns) == 0) {
        return false;
    }
    tickring_commit_rx(bus);
    return true;
}

} // namespace tickring::benchmarks
