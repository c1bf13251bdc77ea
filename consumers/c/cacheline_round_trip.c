/* SPDX-License-Identifier: Apache-2.0
 * Sets off round trips of a bare cache line: what any transport has to cost at the least between
 * two CPUs. */
#include "cacheline.h"
#include "recording.h"
#include "round_trip.h"

typedef struct trips {
    cacheline_link_t link;
    tickring_recorder_t *recorder;
    participant_totals_t *totals;
    uint64_t ping; /* the last one, and its answer */
} trips_t;

/* One round trip. False: it is over, and the end is named. */
static inline bool go_and_return(trips_t *trips, uint64_t mark) {
    cacheline_t *words = trips->link.words;
    const uint64_t seen = trips->ping;
    trips->ping = (seen & ~CACHELINE_MESSAGE) + 2 + mark;
    cacheline_say(&words->ping, trips->ping);
    const uint64_t answer = cacheline_await(&trips->link, &words->answer, seen, trips->totals);
    if (answer != trips->ping && answer != seen) {
        trips->totals->end = "error";
        trips->totals->error = "an answer is not its ping";
    }
    return answer == trips->ping;
}

static bool exchange(void *context, uint64_t sequence, uint64_t *receipt_ns) {
    trips_t *trips = context;
    const uint64_t stamp_ns = participant_now_ns(trips->link.me);
    if (!go_and_return(trips, CACHELINE_MESSAGE)) {
        return false;
    }
    *receipt_ns = participant_now_ns(trips->link.me);
    tickring_recorder_record(trips->recorder, sequence, 0, stamp_ns, *receipt_ns, 0);
    return true;
}

static bool repeat(void *context, uint32_t round_trips) {
    trips_t *trips = context;
    for (uint32_t i = 0; i < round_trips; ++i) {
        if (!go_and_return(trips, 0)) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    participant_t me = round_trip_begin(argc, argv);
    participant_totals_t totals = {.end = "error"};
    trips_t trips = {.link = cacheline_make(&me), .totals = &totals};
    trips.recorder = recording_open(&me);
    participant_say_listening();
    const round_trip_transport_t transport = {&trips, exchange, repeat};
    const bool is_whole = round_trip_run(&me, &transport, trips.recorder, &totals);
    cacheline_say(&trips.link.words->ping, is_whole ? CACHELINE_END : CACHELINE_CLOSED);
    recording_finish(&me, trips.recorder, &totals);
    return 0;
}
