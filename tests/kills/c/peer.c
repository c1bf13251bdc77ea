/* SPDX-License-Identifier: Apache-2.0
 * peer ROLE PATH WAIT PUBLISH_EVERY CAPACITY_BYTES REST_EVERY: one end of a bus, session after
 * session on the same path, until the producer's standard input ends (tests/kills/kills.py). */
#include "message.h"

#include <tickring/tickring.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const int64_t kPatience_ns = 10000000000;

typedef struct peer {
    bool is_producer;
    const char *path;
    size_t capacity_bytes;
    uint64_t rest_every; /* messages between two rests of 1 ms; 0: never */
    tickring_options_t options;
} peer_t;

static void rest(const peer_t *me, uint64_t messages_count) {
    static const struct timespec rest_time = {.tv_nsec = 1000000};
    if (me->rest_every != 0 && messages_count % me->rest_every == 0) {
        nanosleep(&rest_time, NULL);
    }
}

static bool is_asked_to_stop(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

static tickring_bus_t *open_session(const peer_t *me) {
    tickring_bus_t *bus = NULL;
    report_event("opening");
    const int code = me->is_producer ? tickring_bus_connect_with(me->path, &me->options, &bus)
                                     : tickring_bus_listen_with(me->path, me->capacity_bytes,
                                                                &me->options, &bus);
    if (code != TICKRING_OK) {
        fprintf(stderr, "peer: %s\n", tickring_last_error_text());
        exit(4);
    }
    report_event("connected");
    return bus;
}

static void produce(const peer_t *me, tickring_bus_t *bus, uint64_t stream, session_t *session) {
    const size_t largest = tickring_max_payload_bytes(bus);
    for (uint64_t sequence = 0;; ++sequence) {
        const bool is_last = sequence % 64 == 0 && is_asked_to_stop();
        const size_t bytes = is_last ? 0 : message_bytes(sequence, largest);
        void *payload = tickring_acquire_tx_blocking(bus, bytes, kPatience_ns);
        if (payload == NULL) {
            session->code = tickring_last_error();
            return;
        }
        if (is_last) {
            tickring_commit_tx(bus, 0, STOP);
            return;
        }
        message_write(payload, bytes, stream, sequence);
        tickring_commit_tx(bus, bytes, MESSAGE);
        rest(me, ++session->messages_count);
    }
}

static void consume(const peer_t *me, tickring_bus_t *bus, expected_t *expected,
                    session_t *session) {
    const size_t largest = tickring_max_payload_bytes(bus);
    for (;;) {
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *payload =
            tickring_acquire_rx_blocking(bus, &type_id, &bytes, me->options.spin_threshold);
        if (payload == NULL) {
            session->code = tickring_last_error();
            return;
        }
        if (type_id == STOP) {
            return;
        }
        message_check(payload, bytes, largest, expected, session);
        tickring_commit_rx(bus);
        rest(me, ++session->messages_count);
    }
}

static uint32_t wait_named(const char *name) {
    return strcmp(name, "spin") == 0   ? TICKRING_WAIT_SPIN
           : strcmp(name, "park") == 0 ? TICKRING_WAIT_PARK
                                       : TICKRING_WAIT_HYBRID;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        return 2;
    }
    peer_t me = {.is_producer = strcmp(argv[1], "producer") == 0, .path = argv[2]};
    tickring_options_init(&me.options);
    me.options.wait = wait_named(argv[3]);
    me.options.publish_every = (uint32_t)strtoul(argv[4], NULL, 10);
    me.capacity_bytes = strtoul(argv[5], NULL, 10);
    me.rest_every = strtoul(argv[6], NULL, 10);
    me.options.arrival_timeout_ns = kPatience_ns;
    setvbuf(stdout, NULL, _IOLBF, 0);
    message_prepare();
    expected_t expected = {0};
    for (uint64_t number = 1;; ++number) {
        tickring_bus_t *bus = open_session(&me);
        session_t session = {0};
        if (me.is_producer) {
            produce(&me, bus, (uint64_t)getpid() << 32 | number, &session);
        } else {
            expected_next_session(&expected);
            consume(&me, bus, &expected, &session);
        }
        tickring_bus_close(bus);
        report_end(&session);
        if (session.code == TICKRING_OK) {
            return 0;
        }
    }
}
