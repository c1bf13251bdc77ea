/* SPDX-License-Identifier: Apache-2.0
 * Answers round trips over two tickring buses: each ping goes back as it came. It connects; the
 * consumer listens. */
#include "ring_pair.h"
#include "round_trip.h"

typedef struct link {
    const participant_t *me;
    tickring_bus_t *pings;
    tickring_bus_t *answers;
} link_t;

/* Answers until the pings end; names the end. */
static void answer_all(const link_t *link, participant_totals_t *totals) {
    const uint32_t polls = ring_pair_polls(link->me);
    while (!participant_is_stopping()) {
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *ping =
            ring_poll_for_message(link->me, link->pings, polls, &type_id, &bytes, totals);
        if (ping == NULL) {
            return;
        }
        if (type_id == END_OF_STREAM) {
            totals->end = "complete";
            return;
        }
        void *answer = ring_wait_for_room(link->me, link->answers, bytes);
        if (answer == NULL) {
            ring_name_end(totals);
            return;
        }
        ring_copy_payload(answer, ping, bytes);
        tickring_commit_tx(link->answers, bytes, type_id);
        tickring_commit_rx(link->pings);
        totals->messages += type_id == ROUND_TRIP_OF_GROUP ? 0 : 1;
    }
    participant_name_stop(totals);
}

int main(int argc, char **argv) {
    participant_t me = round_trip_begin(argc, argv);
    link_t link = {.me = &me};
    link.answers = ring_connect(&me, me.endpoint, TICKRING_ROLE_PRODUCER);
    link.pings = ring_connect(&me, ring_ping_path(&me).text, TICKRING_ROLE_CONSUMER);
    participant_totals_t totals = {.end = "error"};
    const uint64_t start_ns = participant_say_ready(&me);
    answer_all(&link, &totals);
    if (participant_is_stopping()) {
        ring_send_end_of_stream(&me, link.answers);
    }
    const uint64_t end_ns = participant_now_ns(&me);
    totals.elapsed_ns = end_ns > start_ns ? end_ns - start_ns : 0;
    tickring_stats_t stats = {.struct_bytes = sizeof stats};
    tickring_stats(link.answers, &stats);
    totals.backpressure_count = stats.full_count;
    tickring_bus_close(link.answers);
    tickring_bus_close(link.pings);
    participant_report(&me, &totals);
    return 0;
}
