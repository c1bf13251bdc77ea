// SPDX-License-Identifier: Apache-2.0
// trace_api.cpp: trace.h over the bus.
#include "handle.hpp"

using tickring::check_handle;
using tickring::Code;
using tickring::fail;
using tickring::to_int;

namespace {

using Header = tickring_trace_header_t;
using Number = unsigned long long;

constexpr std::size_t kMostMessages = std::size_t{1} << 40; // far beyond any memory

Code check_block(const void *block, std::size_t block_bytes, std::size_t message_capacity,
                 std::uint32_t clock, std::uint64_t gap_ns) noexcept {
    if (reinterpret_cast<std::uintptr_t>(block) % alignof(Header) != 0) {
        return fail(Code::kInvalidArgument, "block is %p, must be aligned to %zu bytes", block,
                    alignof(Header));
    }
    if (message_capacity > kMostMessages) {
        return fail(Code::kInvalidArgument, "message_capacity is %zu, must be at most %zu",
                    message_capacity, kMostMessages);
    }
    const std::size_t least_bytes = tickring_trace_bytes(message_capacity, 0);
    if (block_bytes < least_bytes) {
        return fail(Code::kInvalidArgument,
                    "block_bytes is %zu, must be %zu or more for %zu "
                    "messages",
                    block_bytes, least_bytes, message_capacity);
    }
    if (clock > TICKRING_CLOCK_MONOTONIC) {
        return fail(Code::kInvalidArgument,
                    "clock is %u, must be TICKRING_CLOCK_REALTIME or _MONOTONIC", clock);
    }
    return gap_ns >= 1 && gap_ns <= INT64_MAX
               ? Code::kOk
               : fail(Code::kInvalidArgument, "gap_ns is %llu, must be 1 to 2^63 - 1",
                      static_cast<Number>(gap_ns));
}

} // namespace

size_t tickring_trace_bytes(size_t messages, size_t events) {
    return sizeof(Header) + messages * sizeof(tickring_trace_message_t) +
           events * sizeof(tickring_trace_event_t);
}

int tickring_bus_trace(tickring_bus_t *bus, void *block, size_t block_bytes,
                       size_t message_capacity, uint32_t clock, uint64_t gap_ns) {
    if (Code code = check_handle(bus); code != Code::kOk) {
        return to_int(code);
    }
    if (block == nullptr) {
        bus->trace.stop();
        return TICKRING_OK;
    }
    if (Code code = check_block(block, block_bytes, message_capacity, clock, gap_ns);
        code != Code::kOk) {
        return to_int(code);
    }
    const std::size_t event_capacity =
        (block_bytes - tickring_trace_bytes(message_capacity, 0)) / sizeof(tickring_trace_event_t);
    bus->trace.start(block, message_capacity, event_capacity, bus->role, clock, gap_ns);
    if (bus->is_producer()) {
        bus->trace.commit_begins(bus->producer.stats().publications_count);
    }
    return TICKRING_OK;
}

int tickring_trace_alternate(tickring_bus_t *bus, uint64_t stretch_messages) {
    if (Code code = check_handle(bus); code != Code::kOk) {
        return to_int(code);
    }
    if (!bus->trace.is_on() || !bus->trace.is_empty()) {
        return to_int(
            fail(Code::kBadState, "this bus is not traced, or not from its first message"));
    }
    if (stretch_messages == 0) {
        return to_int(fail(Code::kInvalidArgument, "stretch_messages is 0, must be 1 or more"));
    }
    bus->trace.alternate(stretch_messages);
    return TICKRING_OK;
}

int tickring_trace_add(tickring_bus_t *bus, uint32_t kind, uint64_t from_ns, uint64_t to_ns) {
    if (Code code = check_handle(bus); code != Code::kOk) {
        return to_int(code);
    }
    if (!bus->trace.is_on()) {
        return to_int(fail(Code::kBadState, "this bus is not traced"));
    }
    bus->trace.add({kind, 0, from_ns, to_ns, 0, 0, 0, 0, 0});
    return TICKRING_OK;
}
