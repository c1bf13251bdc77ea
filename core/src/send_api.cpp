// SPDX-License-Identifier: Apache-2.0
// send_api.cpp: the calls of tickring.h that send, and their errors in words.
#include "message_calls.hpp"
#include "planted_delay.hpp"
#include "send_at_once.hpp"

#include <cstring>
#include <span>

using tickring::check;
using tickring::check_timeout;
using tickring::Code;
using tickring::explain;
using tickring::fail;
using tickring::give_back;
using tickring::to_int;

namespace {

// The calls of a producer do what is common in so few instructions that hardly a register has to be
// saved: each such store would wait in line behind the ring's. Here is the rest of them.
template <class Acquire>
void *acquire_or_explain(const tickring_bus_t &bus, std::size_t payload_bytes,
                         const Acquire &acquire) noexcept {
    std::byte *payload = nullptr;
    if (Code code = acquire(payload); code != Code::kOk) {
        (void)explain(bus, code, payload_bytes);
        return nullptr;
    }
    return payload;
}

[[gnu::noinline]] void *try_looking_closer(tickring_bus_t *bus,
                                           std::size_t payload_bytes) noexcept {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk) {
        return nullptr;
    }
    return acquire_or_explain(*bus, payload_bytes, [=](std::byte *&payload) {
        return bus->producer.try_acquire(payload_bytes, payload);
    });
}

[[gnu::noinline]] void *wait_looking_closer(tickring_bus_t *bus, std::size_t payload_bytes,
                                            std::int64_t timeout_ns) noexcept {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk || check_timeout(timeout_ns) != Code::kOk) {
        return nullptr;
    }
    return acquire_or_explain(*bus, payload_bytes, [=](std::byte *&payload) {
        return tickring::acquire_for_sending(*bus, payload_bytes, payload, timeout_ns);
    });
}

[[gnu::always_inline]] inline void *acquire_at_once(tickring_bus_t *bus,
                                                    std::size_t payload_bytes) noexcept {
    return tickring::is_plainly(TICKRING_ROLE_PRODUCER, bus)
               ? bus->producer.acquire_at_once(payload_bytes)
               : nullptr;
}

[[gnu::noinline]] int refuse_commit(const tickring_bus_t &bus, Code code,
                                    std::size_t payload_bytes) noexcept {
    if (code == Code::kBadState) {
        return to_int(fail(code, bus.producer.has_batch() ? "a batch is acquired, no message"
                                                          : "no message is acquired"));
    }
    return to_int(
        fail(code, "payload_bytes is %zu, more than was acquired; rolled back", payload_bytes));
}

int refuse_batch(Code code, std::size_t count) noexcept {
    return to_int(code == Code::kBadState
                      ? fail(code, "no batch is acquired")
                      : fail(code, "count is %zu, more than were acquired; rolled back", count));
}

// A commit of a bus that is traced; what it notes is of calls that ended well.
template <class Commit> Code traced(tickring_bus_t &bus, const Commit &commit) noexcept {
    if (!bus.trace.is_noting()) {
        const Code code = commit();
        if (code == Code::kOk) {
            bus.trace.passed_over();
        }
        return code;
    }
    const tickring::ProducerStats &stats = bus.producer.stats();
    bus.trace.commit_begins(stats.publications_count);
    const std::uint64_t now_ns = bus.trace.look();
    const Code code = commit();
    if (code == Code::kOk) {
        bus.trace.committed(now_ns, stats.publications_count);
    }
    return code;
}

[[gnu::noinline]] int commit_looking_closer(tickring_bus_t *bus, std::size_t payload_bytes,
                                            std::uint32_t type_id) noexcept {
    if (Code code = check(bus, TICKRING_ROLE_PRODUCER); code != Code::kOk) {
        return to_int(code);
    }
    const auto commit = [=] { return bus->producer.commit(payload_bytes, type_id); };
    const Code code = bus->trace.is_on() ? traced(*bus, commit) : commit();
    return code == Code::kOk ? TICKRING_OK : refuse_commit(*bus, code, payload_bytes);
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
    return code == Code::kOk ? TICKRING_OK : refuse_commit(*bus, code, payload_bytes);
}

int tickring_send(tickring_bus_t *bus, const void *payload, size_t payload_bytes, uint32_t type_id,
                  int64_t timeout_ns) {
    constexpr std::size_t kTickBytes = 32; // two moves
    return payload_bytes == kTickBytes
               ? send_copy(bus, payload, kTickBytes, type_id, timeout_ns)
               : send_of_any_size(bus, payload, payload_bytes, type_id, timeout_ns);
}

size_t tickring_acquire_tx_batch(tickring_bus_t *bus, size_t payload_bytes, size_t most,
                                 int64_t timeout_ns, void **first, size_t *stride_bytes) {
    if (check(bus, TICKRING_ROLE_PRODUCER) != Code::kOk) {
        return 0;
    }
    if (first == nullptr || stride_bytes == nullptr || most == 0) {
        (void)fail(Code::kInvalidArgument, most == 0          ? "most is 0, must be 1 or more"
                                           : first == nullptr ? "first is NULL"
                                                              : "stride_bytes is NULL");
        return 0;
    }
    void *const room = tickring_acquire_tx_blocking(bus, payload_bytes, timeout_ns);
    if (room == nullptr) {
        return 0;
    }
    *first = room;
    *stride_bytes = tickring::record_bytes(payload_bytes);
    return bus->producer.widen(bus->trace.is_on() ? 1 : most); // a trace notes one by one
}

int tickring_commit_tx_batch(tickring_bus_t *bus, const uint32_t *type_ids, size_t count) {
    if (Code code = check(bus, TICKRING_ROLE_PRODUCER); code != Code::kOk) {
        return to_int(code);
    }
    const bool has_types = type_ids != nullptr || count == 0;
    const std::span types(type_ids, has_types ? count : 0);
    const auto commit = [=] { return bus->producer.commit_batch(types); };
    const Code code = bus->trace.is_on() && !types.empty() ? traced(*bus, commit) : commit();
    if (code == Code::kOk && !has_types) {
        return to_int(fail(Code::kInvalidArgument, "type_ids is NULL, count is %zu", count));
    }
    return code == Code::kOk ? TICKRING_OK : refuse_batch(code, count);
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
