// SPDX-License-Identifier: Apache-2.0
// bus_api.cpp: the calls of tickring.h that open, ask and close a bus.
#include "handle.hpp"

#include <algorithm>
#include <cstring>

using tickring::check_handle;
using tickring::Code;
using tickring::fail;
using tickring::to_int;

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
