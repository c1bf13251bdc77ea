// SPDX-License-Identifier: Apache-2.0
// message_api.cpp: the calls of tickring.h that send and receive, and their errors in words.
#include "handle.hpp"
#include "planted_delay.hpp"
#include "send_at_once.hpp"

#include <cstring>

using tickring::check;
using tickring::check_handle;
using tickring::Code;
using tickring::fail;
using tickring::to_int;

namespace {

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

// The calls of a producer do what is common in so few instructions that hardly a register has to be
// saved: each such store would wait in line behind the ring's. Here is the rest of them.
template <class Acquire>
void *acquire_looking_closer(tickring_bus_t *bus, std::size_t payload_bytes,
                             const Acquire &acquire) noexcept {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk) {
        return nullptr;
    }
    std::byte *payload = nullptr;
    if (Code code = acquire(payload); code != Code::kOk) {
        (void)explain(*bus, code, payload_bytes);
        return nullptr;
    }
    return payload;
}

[[gnu::noinline]] void *try_looking_closer(tickring_bus_t *bus,
                                           std::size_t payload_bytes) noexcept {
    return acquire_looking_closer(bus, payload_bytes, [=](std::byte *&payload) {
        return bus->producer.try_acquire(payload_bytes, payload);
    });
}

[[gnu::noinline]] void *wait_looking_closer(tickring_bus_t *bus, std::size_t payload_bytes,
                                            std::int64_t timeout_ns) noexcept {
    if (bus != nullptr && check_timeout(timeout_ns) != Code::kOk) {
        return nullptr;
    }
    return acquire_looking_closer(bus, payload_bytes, [=](std::byte *&payload) {
        return tickring::acquire_for_sending(*bus, payload_bytes, payload, timeout_ns);
    });
}

[[gnu::always_inline]] inline void *acquire_at_once(tickring_bus_t *bus,
                                                    std::size_t payload_bytes) noexcept {
    return tickring::is_plainly(TICKRING_ROLE_PRODUCER, bus)
               ? bus->producer.acquire_at_once(payload_bytes)
               : nullptr;
}

[[gnu::noinline]] int refuse_commit(Code code, std::size_t payload_bytes) noexcept {
    return to_int(code == Code::kBadState
                      ? fail(code, "no message is acquired")
                      : fail(code, "payload_bytes is %zu, more than was acquired; rolled back",
                             payload_bytes));
}

[[gnu::noinline]] int commit_looking_closer(tickring_bus_t *bus, std::size_t payload_bytes,
                                            std::uint32_t type_id) noexcept {
    if (Code code = check(bus, TICKRING_ROLE_PRODUCER); code != Code::kOk) {
        return to_int(code);
    }
    const Code code = bus->trace.is_on() ? tickring::commit_traced(*bus, payload_bytes, type_id)
                                         : bus->producer.commit(payload_bytes, type_id);
    return code == Code::kOk ? TICKRING_OK : refuse_commit(code, payload_bytes);
}

// Gives back the message that this end has acquired.
template <class Side>
[[gnu::always_inline]] inline int give_back(tickring_bus_t *bus, std::uint32_t role,
                                            const Side &side) noexcept {
    Code code = check(bus, role);
    if (code == Code::kOk) {
        code = side();
        if (code != Code::kOk) {
            return to_int(fail(code, "no message is acquired"));
        }
    }
    return to_int(code);
}

// The rest of tickring_send(), once the message could not be sent at once.
[[gnu::noinline]] int send_waiting(tickring_bus_t *bus, const void *payload,
                                   std::size_t payload_bytes, std::uint32_t type_id,
                                   std::int64_t timeout_ns) noexcept {
    if (bus != nullptr && payload == nullptr && payload_bytes != 0) {
        return to_int(
            fail(Code::kInvalidArgument, "payload is NULL, payload_bytes is %zu", payload_bytes));
    }
    void *room = tickring_acquire_tx_blocking(bus, payload_bytes, timeout_ns);
    if (room == nullptr) {
        return tickring_last_error();
    }
    if (payload_bytes != 0) {
        std::memcpy(room, payload, payload_bytes);
    }
    return tickring_commit_tx(bus, payload_bytes, type_id);
}

[[gnu::always_inline]] inline int send_copy(tickring_bus_t *bus, const void *payload,
                                            std::size_t payload_bytes, std::uint32_t type_id,
                                            std::int64_t timeout_ns) noexcept {
    const auto copy = [=](std::byte *room) {
        std::memcpy(room, payload, payload_bytes);
        return true;
    };
    const bool is_plain = payload != nullptr && timeout_ns >= -1;
    return is_plain && tickring::send_at_once(bus, payload_bytes, type_id, copy)
               ? TICKRING_OK
               : send_waiting(bus, payload, payload_bytes, type_id, timeout_ns);
}

// Copying takes a call, and the registers that live through it.
[[gnu::noinline]] int send_of_any_size(tickring_bus_t *bus, const void *payload,
                                       std::size_t payload_bytes, std::uint32_t type_id,
                                       std::int64_t timeout_ns) noexcept {
    return send_copy(bus, payload, payload_bytes, type_id, timeout_ns);
}

} // namespace

void *tickring_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes) {
    void *const payload = acquire_at_once(bus, max_payload_bytes);
    return payload != nullptr ? payload : try_looking_closer(bus, max_payload_bytes);
}

void *tickring_acquire_tx_blocking(tickring_bus_t *bus, size_t max_payload_bytes,
                                   int64_t timeout_ns) {
    void *const payload = timeout_ns >= -1 ? acquire_at_once(bus, max_payload_bytes) : nullptr;
    return payload != nullptr ? payload : wait_looking_closer(bus, max_payload_bytes, timeout_ns);
}

int tickring_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id) {
    tickring::planted_delay();
    if (!tickring::is_plainly(TICKRING_ROLE_PRODUCER, bus) || bus->trace.is_on()) [[unlikely]] {
        return commit_looking_closer(bus, payload_bytes, type_id);
    }
    const Code code = bus->producer.commit(payload_bytes, type_id);
    return code == Code::kOk ? TICKRING_OK : refuse_commit(code, payload_bytes);
}

int tickring_send(tickring_bus_t *bus, const void *payload, size_t payload_bytes, uint32_t type_id,
                  int64_t timeout_ns) {
    constexpr std::size_t kTickBytes = 32; // two moves
    return payload_bytes == kTickBytes
               ? send_copy(bus, payload, kTickBytes, type_id, timeout_ns)
               : send_of_any_size(bus, payload, payload_bytes, type_id, timeout_ns);
}

int tickring_rollback_tx(tickring_bus_t *bus) {
    return give_back(bus, TICKRING_ROLE_PRODUCER, [&] { return bus->producer.rollback(); });
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
        return most > 1
                   ? tickring::acquire_batch_for_reading(*bus, message, timeout_ns)
                   : tickring::acquire_for_reading(*bus, message, bus->spin_threshold, timeout_ns);
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
    return give_back(bus, TICKRING_ROLE_CONSUMER, [&] { return bus->consumer.commit(); });
}

uint32_t tickring_rx_run_position(const tickring_bus_t *bus) {
    if (check_handle(bus) != Code::kOk || bus->is_producer() ||
        bus->consumer.stats().messages_count == 0) {
        return UINT32_MAX;
    }
    return bus->consumer.run_position();
}
