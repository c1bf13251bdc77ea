// SPDX-License-Identifier: Apache-2.0
// bus.hpp: what a tickring_bus_t points to: one end of a session.
#pragma once

#include "gather.hpp"
#include "handshake.hpp"
#include "liveness.hpp"
#include "room_growth.hpp"
#include "trace.hpp"

#include <tickring/wait.hpp>

#include <type_traits>

// Lies in pages of its own that the kernel wipes in a forked child, where is_alive therefore reads
// 0. Nothing in it needs a destructor.
struct tickring_bus {
    std::uint64_t is_alive = 0;
    std::uint32_t role = 0;
    std::uint32_t wait = TICKRING_WAIT_HYBRID;
    std::uint32_t spin_threshold = 0;
    std::uintptr_t owner_thread = 0; // debug builds: the first thread that used this end
    tickring::Trace trace;
    union {
        tickring::Producer producer;
        tickring::Consumer consumer;
    };
    tickring::WaitStats wait_stats;
    tickring::Gather gather;
    tickring::RoomGrowth room_growth;
    tickring::Liveness liveness;
    tickring::Session session;

    [[nodiscard]] bool is_producer() const noexcept { return role == TICKRING_ROLE_PRODUCER; }

    tickring_bus(const tickring::Session &agreed, const tickring_options_t &options,
                 const tickring::Liveness &watched) noexcept;
};
static_assert(std::is_trivially_destructible_v<tickring_bus>);

namespace tickring {

// The options with every default of the call filled in. kOk or kInvalidArgument.
Code resolve_options(const tickring_options_t *given, bool listens,
                     tickring_options_t &options) noexcept;

Code open_listener(const char *path, std::uint64_t capacity_bytes,
                   const tickring_options_t &options, tickring_bus *&bus) noexcept;
Code open_connector(const char *path, const tickring_options_t &options,
                    tickring_bus *&bus) noexcept;
void close_bus(tickring_bus *bus) noexcept;

// timeout_ns as in the C interface: 0 is a deadline in the past, -1 none.
inline std::int64_t deadline_after(std::int64_t timeout_ns) noexcept {
    if (timeout_ns <= 0) {
        return timeout_ns == 0 ? 0 : kForever;
    }
    const std::int64_t now_ns = monotonic_ns();
    return timeout_ns > kForever - now_ns ? kForever : now_ns + timeout_ns;
}

// The rest of the two calls below, once there was no room and no message.
Code wait_to_send(tickring_bus &bus, std::uint64_t payload_bytes, std::byte *&payload,
                  std::int64_t timeout_ns) noexcept;
Code wait_to_read(tickring_bus &bus, Message &message, std::uint32_t spin_threshold,
                  std::int64_t timeout_ns) noexcept;

// Gather::stay_behind(), looking away for Gather::kPause_ns at a time.
void stay_behind(tickring_bus &bus) noexcept;

// wait_to_read() for the first of a batch.
Code wait_for_batch(tickring_bus &bus, Message &message, std::int64_t timeout_ns) noexcept;

// As BasicProducer::try_acquire() and BasicConsumer::try_acquire(), but waiting: 0 ns not at all,
// -1 without limit. kTimeout instead of kFull and kEmpty.
inline Code acquire_for_sending(tickring_bus &bus, std::uint64_t payload_bytes, std::byte *&payload,
                                std::int64_t timeout_ns) noexcept {
    const Code code = bus.producer.try_acquire(payload_bytes, payload);
    return code == Code::kFull ? wait_to_send(bus, payload_bytes, payload, timeout_ns) : code;
}
inline Code acquire_for_reading(tickring_bus &bus, Message &message, std::uint32_t spin_threshold,
                                std::int64_t timeout_ns) noexcept {
    const Code code = bus.consumer.try_acquire(message);
    return code == Code::kEmpty ? wait_to_read(bus, message, spin_threshold, timeout_ns) : code;
}
inline Code acquire_batch_for_reading(tickring_bus &bus, Message &message,
                                      std::int64_t timeout_ns) noexcept {
    if (bus.gather.is_on() && timeout_ns != 0) {
        stay_behind(bus);
    }
    const Code code = bus.consumer.try_acquire(message);
    return code == Code::kEmpty ? wait_for_batch(bus, message, timeout_ns) : code;
}

// BasicProducer::publish() of a bus that is traced.
void publish_traced(tickring_bus &bus) noexcept;

// What is known of the peer after asking the kernel: kOk (alive), kPeerClosed or kPeerDead.
Code ask_for_peer(tickring_bus &bus) noexcept;

} // namespace tickring
