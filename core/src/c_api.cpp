// SPDX-License-Identifier: Apache-2.0
// c_api.cpp: tickring.h over the bus: checks of the handle, and errors into words.
#include "bus.hpp"
#include "error.hpp"
#include "planted_delay.hpp"

#include <algorithm>
#include <cstring>

using tickring::Code;
using tickring::fail;

namespace {

int to_int(Code code) noexcept { return static_cast<int>(code); }

// Whether the handle can be used at all.
[[gnu::always_inline]] inline Code check_handle(const tickring_bus_t *bus) noexcept {
    if (bus == nullptr) [[unlikely]] {
        return fail(Code::kInvalidArgument, "bus is NULL");
    }
    if (bus->is_alive == 0) [[unlikely]] {
        return fail(Code::kForked);
    }
    return Code::kOk;
}

[[gnu::always_inline]] inline Code check(tickring_bus_t *bus, std::uint32_t role) noexcept {
    if (Code code = check_handle(bus); code != Code::kOk) [[unlikely]] {
        return code;
    }
    if (bus->role != role) [[unlikely]] {
        return fail(Code::kBadState, "this end of the bus is the %s",
                    bus->is_producer() ? "producer" : "consumer");
    }
#ifdef TICKRING_CHECK_THREADS
    const std::uintptr_t thread = reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer());
    if (bus->owner_thread == 0) {
        bus->owner_thread = thread;
    }
    if (bus->owner_thread != thread) {
        return fail(Code::kBadState, "this end of the bus belongs to another thread");
    }
#endif
    return Code::kOk;
}

// The words for what the ring itself answers.
Code explain(const tickring_bus_t &bus, Code code, std::uint64_t payload_bytes = 0) noexcept {
    if (code == Code::kTooLarge) {
        return fail(code, "payload_bytes is %llu, this ring of %llu bytes takes at most %llu",
                    static_cast<unsigned long long>(payload_bytes),
                    static_cast<unsigned long long>(bus.session.capacity_bytes),
                    static_cast<unsigned long long>(
                        tickring::max_payload_bytes(bus.session.capacity_bytes)));
    }
    if (code == Code::kBadState) {
        return fail(code, "a message is acquired already");
    }
    const tickring::Fault &fault = bus.is_producer() ? bus.producer.fault() : bus.consumer.fault();
    if (code == Code::kCorrupt && fault.field == nullptr) {
        return fail(code, "the peer has found the shared memory corrupt");
    }
    if (code == Code::kCorrupt) {
        return fail(code, "%s in shared memory is %llu, may be at most %llu and never falls",
                    fault.field, static_cast<unsigned long long>(fault.value),
                    static_cast<unsigned long long>(fault.limit));
    }
    return fail(code);
}

Code check_timeout(std::int64_t timeout_ns) noexcept {
    return timeout_ns >= -1
               ? Code::kOk
               : fail(Code::kInvalidArgument, "timeout_ns is %lld, must be -1, 0 or more",
                      static_cast<long long>(timeout_ns));
}

// One message, which the trace notes; it is so many places behind the first acquired one.
template <class Acquire>
[[gnu::always_inline]] inline Code take(tickring_bus_t &bus, tickring::Message &message,
                                        std::size_t place, const Acquire &acquire) noexcept {
    if (Code code = acquire(message); code != Code::kOk) [[unlikely]] {
        return code;
    }
    if (bus.trace.is_on()) [[unlikely]] {
        bus.trace.received(bus.consumer.run_position() + static_cast<std::uint32_t>(place));
    }
    return Code::kOk;
}

template <class Acquire>
[[gnu::always_inline]] inline const void *receive(tickring_bus_t *bus, std::uint32_t *type_id,
                                                  std::size_t *payload_bytes,
                                                  const Acquire &acquire) noexcept {
    if (check(bus, TICKRING_ROLE_CONSUMER) != Code::kOk) [[unlikely]] {
        return nullptr;
    }
    if (type_id == nullptr || payload_bytes == nullptr) [[unlikely]] {
        (void)fail(Code::kInvalidArgument, "%s is NULL",
                   type_id == nullptr ? "type_id" : "payload_bytes");
        return nullptr;
    }
    tickring::Message message;
    if (Code code = take(*bus, message, 0, acquire); code != Code::kOk) [[unlikely]] {
        (void)explain(*bus, code);
        return nullptr;
    }
    *type_id = message.type_id;
    *payload_bytes = message.payload_bytes;
    return message.payload;
}

[[gnu::always_inline]] inline void *acquire_tx(tickring_bus_t *bus, std::size_t payload_bytes,
                                               Code code, std::byte *payload) noexcept {
    if (code != Code::kOk) [[unlikely]] {
        (void)explain(*bus, code, payload_bytes);
        return nullptr;
    }
    return payload;
}

} // namespace

int tickring_bus_listen(const char *socket_path, size_t capacity_bytes, tickring_bus_t **out) {
    return tickring_bus_listen_with(socket_path, capacity_bytes, nullptr, out);
}

int tickring_bus_listen_with(const char *socket_path, size_t capacity_bytes,
                             const tickring_options_t *options, tickring_bus_t **out) {
    if (out == nullptr || socket_path == nullptr) {
        return to_int(fail(Code::kInvalidArgument, "%s is NULL", out ? "socket_path" : "out"));
    }
    *out = nullptr;
    tickring_options_t resolved;
    Code code = tickring::resolve_options(options, true, resolved);
    if (code == Code::kOk) {
        code = tickring::open_listener(socket_path, capacity_bytes, resolved, *out);
    }
    return to_int(code);
}

int tickring_bus_connect(const char *socket_path, tickring_bus_t **out) {
    return tickring_bus_connect_with(socket_path, nullptr, out);
}

int tickring_bus_connect_with(const char *socket_path, const tickring_options_t *options,
                              tickring_bus_t **out) {
    if (out == nullptr || socket_path == nullptr) {
        return to_int(fail(Code::kInvalidArgument, "%s is NULL", out ? "socket_path" : "out"));
    }
    *out = nullptr;
    tickring_options_t resolved;
    Code code = tickring::resolve_options(options, false, resolved);
    if (code == Code::kOk) {
        code = tickring::open_connector(socket_path, resolved, *out);
    }
    return to_int(code);
}

void tickring_bus_close(tickring_bus_t *bus) {
    if (bus != nullptr) {
        tickring::close_bus(bus);
    }
}

void *tickring_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes) {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk) [[unlikely]] {
        return nullptr;
    }
    std::byte *payload = nullptr;
    const Code code = bus->producer.try_acquire(max_payload_bytes, payload);
    return acquire_tx(bus, max_payload_bytes, code, payload);
}

void *tickring_acquire_tx_blocking(tickring_bus_t *bus, size_t max_payload_bytes,
                                   int64_t timeout_ns) {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk || check_timeout(timeout_ns) != Code::kOk)
        [[unlikely]] {
        return nullptr;
    }
    std::byte *payload = nullptr;
    const Code code = tickring::acquire_for_sending(*bus, max_payload_bytes, payload, timeout_ns);
    return acquire_tx(bus, max_payload_bytes, code, payload);
}

int tickring_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id) {
    Code code = check(bus, TICKRING_ROLE_PRODUCER);
    if (code != Code::kOk) {
        return to_int(code);
    }
    tickring::planted_delay();
    code = bus->trace.is_on() ? tickring::commit_traced(*bus, payload_bytes, type_id)
                              : bus->producer.commit(payload_bytes, type_id);
    if (code == Code::kBadState) [[unlikely]] {
        return to_int(fail(code, "no message is acquired"));
    }
    if (code != Code::kOk) [[unlikely]] {
        return to_int(
            fail(code, "payload_bytes is %zu, more than was acquired; rolled back", payload_bytes));
    }
    return TICKRING_OK;
}

int tickring_rollback_tx(tickring_bus_t *bus) {
    Code code = check(bus, TICKRING_ROLE_PRODUCER);
    if (code == Code::kOk) {
        code = bus->producer.rollback();
        if (code != Code::kOk) {
            return to_int(fail(code, "no message is acquired"));
        }
    }
    return to_int(code);
}

int tickring_flush(tickring_bus_t *bus) {
    const Code code = check(bus, TICKRING_ROLE_PRODUCER);
    if (code == Code::kOk && bus->trace.is_noting()) [[unlikely]] {
        tickring::publish_traced(*bus);
    } else if (code == Code::kOk) {
        bus->producer.publish();
    }
    return to_int(code);
}

const void *tickring_acquire_rx_blocking(tickring_bus_t *bus, uint32_t *type_id,
                                         size_t *payload_bytes, uint32_t spin_threshold) {
    return receive(bus, type_id, payload_bytes, [&](tickring::Message &message) {
        return tickring::acquire_for_reading(*bus, message, spin_threshold, -1);
    });
}

const void *tickring_acquire_rx_timed(tickring_bus_t *bus, uint32_t *type_id, size_t *payload_bytes,
                                      int64_t timeout_ns) {
    if (check_timeout(timeout_ns) != Code::kOk) {
        return nullptr;
    }
    return receive(bus, type_id, payload_bytes, [&](tickring::Message &message) {
        return tickring::acquire_for_reading(*bus, message, bus->spin_threshold, timeout_ns);
    });
}

const void *tickring_try_acquire_rx(tickring_bus_t *bus, uint32_t *type_id, size_t *payload_bytes) {
    return receive(bus, type_id, payload_bytes,
                   [&](tickring::Message &message) { return bus->consumer.try_acquire(message); });
}

size_t tickring_acquire_rx_batch(tickring_bus_t *bus, tickring_message_t *messages, size_t most,
                                 int64_t timeout_ns) {
    if (check(bus, TICKRING_ROLE_CONSUMER) != Code::kOk || check_timeout(timeout_ns) != Code::kOk)
        [[unlikely]] {
        return 0;
    }
    if (messages == nullptr || most == 0) [[unlikely]] {
        (void)fail(Code::kInvalidArgument,
                   messages == nullptr ? "messages is NULL" : "most is 0, must be 1 or more");
        return 0;
    }
    const auto first = [&](tickring::Message &message) {
        return tickring::acquire_for_reading(*bus, message, bus->spin_threshold, timeout_ns);
    };
    const auto next = [&](tickring::Message &message) {
        return bus->consumer.try_acquire_more(message);
    };
    tickring::Message message;
    Code code = take(*bus, message, 0, first);
    if (code != Code::kOk) [[unlikely]] {
        (void)explain(*bus, code);
        return 0;
    }
    std::size_t count = 0;
    do {
        messages[count++] = {message.payload, message.payload_bytes, message.type_id};
    } while (count < most && take(*bus, message, count, next) == Code::kOk);
    return count;
}

int tickring_commit_rx(tickring_bus_t *bus) {
    Code code = check(bus, TICKRING_ROLE_CONSUMER);
    if (code == Code::kOk) {
        code = bus->consumer.commit();
        if (code != Code::kOk) {
            return to_int(fail(code, "no message is acquired"));
        }
    }
    return to_int(code);
}

uint32_t tickring_rx_run_position(const tickring_bus_t *bus) {
    if (check_handle(bus) != Code::kOk || bus->is_producer() ||
        bus->consumer.stats().messages_count == 0) {
        return UINT32_MAX;
    }
    return bus->consumer.run_position();
}

int tickring_peer_state(tickring_bus_t *bus) {
    if (check_handle(bus) != Code::kOk) {
        return -1;
    }
    switch (tickring::ask_for_peer(*bus)) {
    case Code::kPeerClosed:
        return TICKRING_PEER_STATE_CLOSED;
    case Code::kPeerDead:
        return TICKRING_PEER_STATE_DEAD;
    default:
        return TICKRING_PEER_STATE_ALIVE;
    }
}

size_t tickring_max_payload_bytes(const tickring_bus_t *bus) {
    return check_handle(bus) == Code::kOk ? tickring::max_payload_bytes(bus->session.capacity_bytes)
                                          : 0;
}

size_t tickring_capacity_bytes(const tickring_bus_t *bus) {
    return check_handle(bus) == Code::kOk ? bus->session.capacity_bytes : 0;
}

int tickring_stats(const tickring_bus_t *bus, tickring_stats_t *out) {
    Code code = check_handle(bus);
    if (code == Code::kOk && out == nullptr) {
        code = fail(Code::kInvalidArgument, "out is NULL");
    }
    if (code == Code::kOk && out->struct_bytes < 8) {
        code = fail(Code::kInvalidArgument, "out->struct_bytes is %u, must be 8 or more",
                    out->struct_bytes);
    }
    if (code != Code::kOk) {
        return to_int(code);
    }
    tickring_stats_t stats{};
    stats.struct_bytes = sizeof stats;
    if (bus->is_producer()) {
        const tickring::ProducerStats &side = bus->producer.stats();
        stats.messages_count = side.messages_count;
        stats.payload_bytes = side.payload_bytes;
        stats.publications_count = side.publications_count;
        stats.full_count = side.full_count;
        stats.wakes_count = side.wakes_count;
    } else {
        const tickring::ConsumerStats &side = bus->consumer.stats();
        stats.messages_count = side.messages_count;
        stats.payload_bytes = side.payload_bytes;
        stats.publications_count = side.publications_count;
        stats.wakes_count = side.wakes_count;
    }
    stats.sleeps_count = bus->wait_stats.sleeps_count;
    stats.sleep_timeouts_count = bus->wait_stats.sleep_timeouts_count;
    stats.late_wakes_count = bus->wait_stats.late_wakes_count;
    stats.liveness_looks_count = bus->liveness.looks_count();
    std::memcpy(out, &stats, std::min<std::size_t>(out->struct_bytes, sizeof stats));
    return TICKRING_OK;
}

int tickring_last_error(void) { return to_int(tickring::last_error()); }

const char *tickring_last_error_text(void) { return tickring::last_error_text(); }

const char *tickring_strerror(int code) { return tickring::describe(static_cast<Code>(code)); }

#define TICKRING_TEXT_OF(x) #x
#define TICKRING_TEXT(x) TICKRING_TEXT_OF(x)

const char *tickring_version(void) {
    return TICKRING_TEXT(TICKRING_VERSION_MAJOR) "." TICKRING_TEXT(
        TICKRING_VERSION_MINOR) "." TICKRING_TEXT(TICKRING_VERSION_PATCH);
}
