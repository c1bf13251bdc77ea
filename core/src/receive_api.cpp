// SPDX-License-Identifier: Apache-2.0
// receive_api.cpp: the calls of tickring.h that receive, and their errors in words.
#include "message_calls.hpp"

using tickring::check;
using tickring::check_handle;
using tickring::check_timeout;
using tickring::Code;
using tickring::explain;
using tickring::fail;
using tickring::give_back;

namespace {

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

} // namespace

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
