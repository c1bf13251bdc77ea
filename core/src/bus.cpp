// SPDX-License-Identifier: Apache-2.0
#include "bus.hpp"

#include "error.hpp"
#include "socket_path.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include <sys/mman.h>
#include <unistd.h>

namespace {

constexpr std::int64_t kTimeoutUnset = INT64_MIN;
constexpr std::int64_t kDefaultHandshakeTimeout_ns = 2'000'000'000;
constexpr std::uint32_t kDefaultSpinThreshold = 10'000;

std::size_t bus_bytes() noexcept {
    const std::size_t page = tickring::page_bytes();
    return (sizeof(tickring_bus) + page - 1) / page * page;
}

} // namespace

tickring_bus::tickring_bus(const tickring::Session &agreed, const tickring_options_t &options,
                           const tickring::Liveness &watched) noexcept
    : is_alive(1), role(agreed.role), wait(options.wait), spin_threshold(options.spin_threshold),
      gather(agreed.capacity_bytes), room_growth(agreed.capacity_bytes), liveness(watched),
      session(agreed) {
    const bool produces = is_producer();
    const tickring::MappedRing ring =
        tickring::ring_in(produces ? agreed.own : agreed.peer, produces ? agreed.peer : agreed.own,
                          agreed.capacity_bytes);
    if (produces) {
        new (&producer) tickring::Producer(
            tickring::ProducerMemory(ring),
            {agreed.capacity_bytes, options.publish_every, agreed.peer_sleeps, 0});
    } else {
        new (&consumer) tickring::Consumer(tickring::ConsumerMemory(ring),
                                           {agreed.capacity_bytes, agreed.peer_sleeps, 0});
    }
}

namespace tickring {
namespace {

Code check_option(bool is_valid, const char *field, long long value, const char *allowed) noexcept {
    return is_valid ? Code::kOk
                    : fail(Code::kInvalidArgument, "%s is %lld, must be %s", field, value, allowed);
}

// Puts the bus into pages that a forked child finds wiped.
Code make_bus(const Session &session, const tickring_options_t &options, int socket,
              tickring_bus *&bus) noexcept {
    void *const pages = mmap(nullptr, bus_bytes(), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (pages == MAP_FAILED) {
        return fail_errno(Code::kNoResources, errno, "cannot allocate a bus");
    }
    Code code = Code::kOk;
    if (madvise(pages, bus_bytes(), MADV_WIPEONFORK) != 0) {
        code = fail_errno(Code::kUnsupported, errno, "MADV_WIPEONFORK");
    }
    int process = -1;
    if (code == Code::kOk) {
        code = Liveness::open_peer_process(socket, process);
    }
    if (code != Code::kOk) {
        munmap(pages, bus_bytes());
        return code;
    }
    bus = new (pages) tickring_bus(session, options, Liveness(socket, process));
    return Code::kOk;
}

// Takes over the socket, whatever comes of it.
Code finish(Code code, Session &session, const tickring_options_t &options, int socket,
            tickring_bus *&bus) noexcept {
    if (code == Code::kOk) {
        code = make_bus(session, options, socket, bus);
        if (code != Code::kOk) {
            unmap(session.own);
            unmap(session.peer);
        }
    }
    if (code != Code::kOk) {
        close(socket);
    }
    return code;
}

SessionTerms terms_of(const tickring_options_t &options, std::uint64_t capacity_bytes) noexcept {
    return {options.role, options.wait != TICKRING_WAIT_SPIN, capacity_bytes};
}

// Serves connectors one after the other until one of them passes the handshake.
Code find_peer(const ListeningSocket &listening, const SessionTerms &terms,
               const tickring_options_t &options, Session &session, int &socket) noexcept {
    const std::int64_t arrival_deadline_ns = deadline_after(options.arrival_timeout_ns);
    int refused_count = 0;
    char last_refusal[256] = "";
    for (;;) {
        Code code = accept_one(listening, arrival_deadline_ns, socket);
        if (code == Code::kTimeout && refused_count > 0) {
            return fail(code, "no peer before the deadline; %d refused, the last because: %s",
                        refused_count, last_refusal);
        }
        if (code == Code::kTimeout) {
            return fail(code, "no peer before the deadline");
        }
        if (code != Code::kOk) {
            return code;
        }
        code = refuse_other_users(socket);
        if (code == Code::kOk) {
            code = listener_handshake(socket, terms, monotonic_ns() + options.handshake_timeout_ns,
                                      session);
        }
        if (code == Code::kOk) {
            return code;
        }
        close(socket);
        if (code == Code::kInterrupted || code == Code::kNoResources ||
            code == Code::kUnsupported) { // trouble of ours, not of this peer
            return code;
        }
        ++refused_count;
        std::snprintf(last_refusal, sizeof last_refusal, "%s", last_error_text());
    }
}

} // namespace

Code resolve_options(const tickring_options_t *given, bool listens,
                     tickring_options_t &options) noexcept {
    tickring_options_init(&options);
    if (given != nullptr) {
        Code code = check_option(given->struct_bytes == sizeof options, "options.struct_bytes",
                                 given->struct_bytes, "sizeof(tickring_options_t)");
        if (code != Code::kOk) {
            return code;
        }
        options = *given;
    }
    if (options.role == TICKRING_ROLE_DEFAULT) {
        options.role = listens ? TICKRING_ROLE_CONSUMER : TICKRING_ROLE_PRODUCER;
    }
    if (options.arrival_timeout_ns == kTimeoutUnset) {
        options.arrival_timeout_ns = listens ? -1 : 0;
    }
    const struct {
        bool is_valid;
        const char *field;
        long long value;
        const char *allowed;
    } rows[] = {
        {options.role <= TICKRING_ROLE_CONSUMER, "options.role", options.role,
         "TICKRING_ROLE_DEFAULT, _PRODUCER or _CONSUMER"},
        {options.wait <= TICKRING_WAIT_PARK, "options.wait", options.wait,
         "TICKRING_WAIT_SPIN, _HYBRID or _PARK"},
        {options.publish_every >= 1, "options.publish_every", options.publish_every, "1 or more"},
        {options.reserved == 0, "options.reserved", options.reserved, "0"},
        {options.arrival_timeout_ns >= -1, "options.arrival_timeout_ns", options.arrival_timeout_ns,
         "-1, 0 or more"},
        {options.handshake_timeout_ns >= 1, "options.handshake_timeout_ns",
         options.handshake_timeout_ns, "1 or more"},
        {is_valid_capacity(options.max_capacity_bytes), "options.max_capacity_bytes",
         static_cast<long long>(options.max_capacity_bytes),
         "a power of two from the page size to 2147483648"},
    };
    for (const auto &row : rows) {
        Code code = check_option(row.is_valid, row.field, row.value, row.allowed);
        if (code != Code::kOk) {
            return code;
        }
    }
    return Code::kOk;
}

Code open_listener(const char *path, std::uint64_t capacity_bytes,
                   const tickring_options_t &options, tickring_bus *&bus) noexcept {
    if (!is_valid_capacity(capacity_bytes)) {
        return fail(Code::kInvalidArgument,
                    "capacity_bytes is %llu, must be a power of two from %u to %u",
                    static_cast<unsigned long long>(capacity_bytes), page_bytes(),
                    TICKRING_MAX_CAPACITY_BYTES);
    }
    ListeningSocket listening;
    if (Code code = listen_on(path, listening); code != Code::kOk) {
        return code;
    }
    Session session;
    int socket = -1;
    Code code = find_peer(listening, terms_of(options, capacity_bytes), options, session, socket);
    stop_listening(listening);
    return code == Code::kOk ? finish(code, session, options, socket, bus) : code;
}

Code open_connector(const char *path, const tickring_options_t &options,
                    tickring_bus *&bus) noexcept {
    const std::int64_t arrival_deadline_ns = deadline_after(options.arrival_timeout_ns);
    for (;;) {
        int socket = -1;
        Code code = connect_to(path, arrival_deadline_ns, socket);
        if (code != Code::kOk) {
            return code;
        }
        Session session;
        code = check_peer_user(socket);
        if (code == Code::kOk) {
            code = connector_handshake(socket, terms_of(options, options.max_capacity_bytes),
                                       monotonic_ns() + options.handshake_timeout_ns, session);
        }
        if (code != Code::kPeerClosed) {
            return finish(code, session, options, socket, bus);
        }
        // The listener died, or took somebody else and closed while we stood in its queue.
        close(socket);
        if (arrival_deadline_ns == 0) {
            return fail(Code::kProtocol, "the listener left during the handshake");
        }
        code = wait_to_retry(arrival_deadline_ns);
        if (code != Code::kOk) {
            return code;
        }
    }
}

void close_bus(tickring_bus *bus) noexcept {
    if (bus->is_alive == 0) {
        return; // a forked child's: nothing of it is here
    }
    if (bus->is_producer()) {
        if (bus->trace.is_noting()) {
            publish_traced(*bus);
        }
        bus->producer.close();
    } else {
        bus->consumer.close();
    }
    bus->liveness.close(); // after the close mark, so that the peer finds the mark first
    unmap(bus->session.own);
    unmap(bus->session.peer);
    munmap(bus, bus_bytes());
}

} // namespace tickring

void tickring_options_init(tickring_options_t *options) {
    if (options == nullptr) {
        return;
    }
    *options = {};
    options->struct_bytes = sizeof *options;
    options->role = TICKRING_ROLE_DEFAULT;
    options->wait = TICKRING_WAIT_HYBRID;
    options->publish_every = 1;
    options->spin_threshold = kDefaultSpinThreshold;
    options->arrival_timeout_ns = kTimeoutUnset;
    options->handshake_timeout_ns = kDefaultHandshakeTimeout_ns;
    options->max_capacity_bytes = TICKRING_MAX_CAPACITY_BYTES;
}
