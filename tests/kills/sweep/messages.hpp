// SPDX-License-Identifier: Apache-2.0
// messages.hpp: sending and receiving messages that say whether they are whole and in order.
#pragma once

#include <tickring/tickring.h>

#include <cstddef>
#include <cstdint>

namespace tickring::kills {

constexpr std::int64_t kPatience_ns = 5'000'000'000;

// Throws std::runtime_error with what and with the library's last error.
void require(bool holds, const char *what);

// Sends message number `sequence`, as long as it is asked to be, filled with its number.
void send(tickring_bus_t *bus, unsigned char sequence, std::size_t bytes = 8);

// Sends by one call so many messages, from number `sequence` on.
void send_batch(tickring_bus_t *bus, unsigned char sequence, std::size_t count);

// Messages 0 to messages - 1.
void send_many(tickring_bus_t *bus, unsigned messages);

// Receives one message and checks it; false with what tickring_last_error() says.
bool receive(tickring_bus_t *bus, unsigned char sequence);

// Receives by one call so many messages, from number `sequence` on, and checks them.
void receive_batch(tickring_bus_t *bus, unsigned char sequence, std::size_t expected_count);

// Messages 0 to messages - 1.
void receive_many(tickring_bus_t *bus, unsigned messages);

} // namespace tickring::kills
