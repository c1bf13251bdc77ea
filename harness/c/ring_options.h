/* SPDX-License-Identifier: Apache-2.0
 * ring_options.h: what both ends of the ring make of the contract's arguments and words. */
#ifndef TICKRING_RING_OPTIONS_H
#define TICKRING_RING_OPTIONS_H

#include "participant.h"

#include <tickring/tickring.h>

#include <stdio.h>
#include <string.h>

static inline tickring_options_t ring_options(const participant_t *me) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = strcmp(me->wait, "spin") == 0     ? TICKRING_WAIT_SPIN
                   : strcmp(me->wait, "hybrid") == 0 ? TICKRING_WAIT_HYBRID
                                                     : TICKRING_WAIT_PARK;
    options.publish_every = (uint32_t)me->publish_every;
    options.arrival_timeout_ns = (int64_t)me->timeout_ns;
    return options;
}

_Noreturn static inline void ring_refuse_payload(const participant_t *me,
                                                 const tickring_bus_t *bus) {
    char why[160];
    snprintf(why, sizeof why, "is %llu; a ring of %llu bytes takes at most %zu",
             (unsigned long long)me->payload_bytes, (unsigned long long)me->capacity_bytes,
             tickring_max_payload_bytes(bus));
    participant_give_up(2, "--payload-bytes", why);
}

/* How a stream ended that did not end by itself. */
static inline void ring_name_end(participant_totals_t *totals) {
    const int code = tickring_last_error();
    totals->end = code == TICKRING_PEER_CLOSED ? "peer_closed"
                  : code == TICKRING_PEER_DEAD ? "peer_dead"
                  : code == TICKRING_TIMEOUT   ? "timeout"
                                               : "error";
    totals->error = tickring_last_error_text();
}

#endif /* TICKRING_RING_OPTIONS_H */
