/* SPDX-License-Identifier: Apache-2.0 */
#include "round_trip.h"

#include "recording.h"

#include <time.h>

/* After so many messages comes a group of so many round trips, so that both share what the machine
 * does in the meantime. */
enum { MESSAGES_PER_BLOCK = 64, ROUND_TRIPS_PER_GROUP = 64 };

/* A time that nobody sets: groups are not held against stamps. */
static uint64_t steady_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static bool record_group(const round_trip_transport_t *transport, tickring_recorder_t *recorder) {
    const uint64_t begin_ns = steady_now_ns();
    const bool is_whole = transport->repeat(transport->link, ROUND_TRIPS_PER_GROUP);
    const uint64_t end_ns = steady_now_ns();
    if (is_whole) {
        tickring_recorder_group(recorder, ROUND_TRIPS_PER_GROUP, end_ns - begin_ns);
    }
    return is_whole;
}

bool round_trip_run(participant_t *me, const round_trip_transport_t *transport,
                    tickring_recorder_t *recorder, participant_totals_t *totals) {
    const uint64_t start_ns = participant_say_ready(me);
    tickring_recorder_start(recorder, start_ns);
    while (participant_now_ns(me) < start_ns) {
    }
    uint64_t first_ns = 0;
    for (uint64_t sequence = 0; participant_is_due(me, start_ns, sequence);) {
        uint64_t receipt_ns = 0;
        if (!transport->exchange(transport->link, sequence, &receipt_ns)) {
            return false;
        }
        first_ns = first_ns == 0 ? receipt_ns : first_ns;
        totals->elapsed_ns = receipt_ns - first_ns;
        if (++sequence % MESSAGES_PER_BLOCK == 0 && !record_group(transport, recorder)) {
            return false;
        }
    }
    totals->end = "complete";
    if (participant_is_stopping()) {
        participant_name_stop(totals);
    }
    return totals->error == NULL;
}
