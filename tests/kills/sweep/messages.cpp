// SPDX-License-Identifier: Apache-2.0
#include "messages.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace tickring::kills {
namespace {

constexpr std::size_t kMostOfABatch = 8;

void check(const void *memory, std::size_t bytes, unsigned char sequence) {
    const auto *const payload = static_cast<const unsigned char *>(memory);
    for (std::size_t at = 0; at < bytes; ++at) {
        require(payload[at] == sequence, "a message is torn, lost or out of order");
    }
}

} // namespace

void require(bool holds, const char *what) {
    if (!holds) {
        throw std::runtime_error(std::string(what) + ": " + tickring_last_error_text());
    }
}

void send(tickring_bus_t *bus, unsigned char sequence, std::size_t bytes) {
    void *const memory = tickring_acquire_tx_blocking(bus, bytes, kPatience_ns);
    require(memory != nullptr, "no room");
    std::memset(memory, sequence, bytes);
    require(tickring_commit_tx(bus, bytes, 1) == TICKRING_OK, "no commit");
}

void send_batch(tickring_bus_t *bus, unsigned char sequence, std::size_t count) {
    constexpr std::size_t kBytes = 8;
    constexpr std::uint32_t kTypes[kMostOfABatch]{};
    void *first = nullptr;
    std::size_t stride_bytes = 0;
    require(tickring_acquire_tx_batch(bus, kBytes, count, kPatience_ns, &first, &stride_bytes) ==
                count,
            "no room for a batch");
    for (std::size_t i = 0; i < count; ++i) {
        std::memset(static_cast<char *>(first) + i * stride_bytes, sequence++, kBytes);
    }
    require(tickring_commit_tx_batch(bus, kTypes, count) == TICKRING_OK, "no commit");
}

void send_many(tickring_bus_t *bus, unsigned messages) {
    for (unsigned sequence = 0; sequence < messages; ++sequence) {
        send(bus, static_cast<unsigned char>(sequence));
    }
}

bool receive(tickring_bus_t *bus, unsigned char sequence) {
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    const void *const memory = tickring_acquire_rx_timed(bus, &type_id, &bytes, kPatience_ns);
    if (memory == nullptr) {
        return false;
    }
    check(memory, bytes, sequence);
    require(tickring_commit_rx(bus) == TICKRING_OK, "no release");
    return true;
}

void receive_batch(tickring_bus_t *bus, unsigned char sequence, std::size_t expected_count) {
    tickring_message_t messages[kMostOfABatch];
    const std::size_t count = tickring_acquire_rx_batch(bus, messages, kMostOfABatch, kPatience_ns);
    require(count == expected_count, "a batch is too short or too long");
    for (std::size_t i = 0; i < count; ++i) {
        check(messages[i].payload, messages[i].payload_bytes, sequence++);
    }
    require(tickring_commit_rx(bus) == TICKRING_OK, "no release");
}

void receive_many(tickring_bus_t *bus, unsigned messages) {
    for (unsigned sequence = 0; sequence < messages; ++sequence) {
        require(receive(bus, static_cast<unsigned char>(sequence)), "a message is missing");
    }
}

} // namespace tickring::kills
