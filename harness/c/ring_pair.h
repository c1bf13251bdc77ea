/* SPDX-License-Identifier: Apache-2.0
 * ring_pair.h: what both ends of a round trip over two rings agree upon. */
#ifndef TICKRING_RING_PAIR_H
#define TICKRING_RING_PAIR_H

#include "ring_ends.h"

typedef struct ring_path {
    char text[108]; /* the longest path of a Unix socket */
} ring_path_t;

/* Where the pings go; the answers have the endpoint itself. */
static inline ring_path_t ring_ping_path(const participant_t *me) {
    ring_path_t path;
    snprintf(path.text, sizeof path.text, "%s.ping", me->endpoint);
    return path;
}

/* How often an end that spins polls by itself before it has the library wait. */
static inline uint32_t ring_pair_polls(const participant_t *me) {
    return strcmp(me->wait, "spin") == 0 ? 2000 : 0;
}

/* ring_wait_for_message() after so many polls: the library reads the clock before it waits, which a
 * round trip can be spared. */
static inline const void *ring_poll_for_message(const participant_t *me, tickring_bus_t *bus,
                                                uint32_t polls, uint32_t *type_id,
                                                size_t *payload_bytes,
                                                participant_totals_t *totals) {
    for (uint32_t i = 0; i < polls; ++i) {
        const void *payload = tickring_try_acquire_rx(bus, type_id, payload_bytes);
        if (payload != NULL) {
            return payload;
        }
        participant_relax();
    }
    return ring_wait_for_message(me, bus, type_id, payload_bytes, totals);
}

/* memcpy(), without a call for the size that all published figures have. */
static inline void ring_copy_payload(void *to, const void *from, size_t payload_bytes) {
    if (payload_bytes == TICK_BYTES) {
        memcpy(to, from, TICK_BYTES);
    } else {
        memcpy(to, from, payload_bytes);
    }
}

#endif /* TICKRING_RING_PAIR_H */
