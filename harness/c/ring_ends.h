/* SPDX-License-Identifier: Apache-2.0
 *
 * ring_ends.h: how the programs open and wait at an end of the ring. Inline, so that only they need
 * libtickring.
 */
#ifndef TICKRING_RING_ENDS_H
#define TICKRING_RING_ENDS_H

#include "ring_options.h"

/* How often a wait for a message looks whether to stop. */
enum { RING_SLICE_NS = 100000000 };

static inline tickring_bus_t *ring_opened(int code, const char *what, tickring_bus_t *bus) {
    if (code != TICKRING_OK) {
        participant_give_up(code == TICKRING_INVALID_ARGUMENT ? 2 : 4, what,
                            tickring_last_error_text());
    }
    return bus;
}

/* Listens at path until the peer has connected; ends the program with 2 or 4 when it cannot. */
static inline tickring_bus_t *ring_listen(const participant_t *me, const char *path,
                                          enum tickring_role role) {
    tickring_options_t options = ring_options(me);
    options.role = role;
    tickring_bus_t *bus = NULL;
    const int code = tickring_bus_listen_with(path, me->capacity_bytes, &options, &bus);
    return ring_opened(code, "cannot listen", bus);
}

/* Connects to the listener at path, which may be yet to come; ends the program with 2 or 4 when it
 * cannot, or when the ring does not take the messages of the run. */
static inline tickring_bus_t *ring_connect(const participant_t *me, const char *path,
                                           enum tickring_role role) {
    tickring_options_t options = ring_options(me);
    options.role = role;
    tickring_bus_t *bus = NULL;
    const int code = tickring_bus_connect_with(path, &options, &bus);
    ring_opened(code, "cannot connect", bus);
    if (me->payload_bytes > tickring_max_payload_bytes(bus)) {
        ring_refuse_payload(me, bus);
    }
    return bus;
}

/* Room for one message, however often a signal interrupts the wait; NULL: tickring_last_error(). */
static inline void *ring_wait_for_room(const participant_t *me, tickring_bus_t *bus,
                                       size_t payload_bytes) {
    void *payload = NULL;
    do {
        payload = tickring_acquire_tx_blocking(bus, payload_bytes, (int64_t)me->timeout_ns);
    } while (payload == NULL && tickring_last_error() == TICKRING_INTERRUPTED);
    return payload;
}

/* Ends the stream; false: tickring_last_error(). */
static inline bool ring_send_end_of_stream(const participant_t *me, tickring_bus_t *bus) {
    if (ring_wait_for_room(me, bus, 0) == NULL) {
        return false;
    }
    tickring_commit_tx(bus, 0, END_OF_STREAM);
    tickring_flush(bus);
    return true;
}

/* The next message, until the time-out or SIGTERM. NULL: there is none, and the end is named. */
static inline const void *ring_wait_for_message(const participant_t *me, tickring_bus_t *bus,
                                                uint32_t *type_id, size_t *payload_bytes,
                                                participant_totals_t *totals) {
    const uint64_t slice_ns = me->timeout_ns < RING_SLICE_NS ? me->timeout_ns : RING_SLICE_NS;
    uint64_t idle_ns = 0;
    while (!participant_is_stopping()) {
        const void *payload =
            tickring_acquire_rx_timed(bus, type_id, payload_bytes, (int64_t)slice_ns);
        if (payload != NULL) {
            return payload;
        }
        const int code = tickring_last_error();
        idle_ns += code == TICKRING_TIMEOUT ? slice_ns : 0;
        if (code != TICKRING_INTERRUPTED &&
            (code != TICKRING_TIMEOUT || idle_ns >= me->timeout_ns)) {
            ring_name_end(totals);
            return NULL;
        }
    }
    participant_name_stop(totals);
    return NULL;
}

#endif /* TICKRING_RING_ENDS_H */
