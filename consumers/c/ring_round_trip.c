/* SPDX-License-Identifier: Apache-2.0
 * Sets off round trips over two tickring buses: pings on one, answers on the other. It listens for
 * both; the producer connects. */
#include "recording.h"
#include "ring_pair.h"
#include "round_trip.h"

#include <errno.h>
#include <stdlib.h>

typedef struct link {
    const participant_t *me;
    tickring_bus_t *pings;
    tickring_bus_t *answers;
    tickring_recorder_t *recorder;
    participant_totals_t *totals;
    uint32_t polls;
    char *tick; /* the ping of a group */
    uint32_t group_pings_count;
} link_t;

/* The next answer; NULL: the stream is over, and the end is named. */
static const void *take_answer(const link_t *link, uint32_t *type_id, size_t *bytes) {
    const void *answer =
        ring_poll_for_message(link->me, link->answers, link->polls, type_id, bytes, link->totals);
    if (answer != NULL && *type_id == END_OF_STREAM) {
        link->totals->end = "complete";
        return NULL;
    }
    return answer;
}

static bool exchange(void *context, uint64_t sequence, uint64_t *receipt_ns) {
    const link_t *link = context;
    const uint64_t stamp_ns = participant_now_ns(link->me);
    void *ping = ring_wait_for_room(link->me, link->pings, link->me->payload_bytes);
    if (ping == NULL) {
        ring_name_end(link->totals);
        return false;
    }
    participant_write_tick(link->me, ping, sequence, stamp_ns);
    tickring_commit_tx(link->pings, link->me->payload_bytes, sequence % 2 == 0 ? BID : ASK);
    uint32_t type_id = 0;
    size_t bytes = 0;
    const void *answer = take_answer(link, &type_id, &bytes);
    if (answer == NULL) {
        return false;
    }
    *receipt_ns = participant_now_ns(link->me);
    tickring_recorder_tick(link->recorder, answer, bytes, type_id, *receipt_ns,
                           tickring_rx_run_position(link->answers));
    tickring_commit_rx(link->answers);
    return true;
}

static bool refuse_answer(const link_t *link) {
    link->totals->end = "error";
    link->totals->error = "an answer is not its ping";
    return false;
}

static bool repeat(void *context, uint32_t round_trips) {
    link_t *link = context;
    const size_t payload_bytes = link->me->payload_bytes;
    for (uint32_t i = 0; i < round_trips; ++i) {
        link->group_pings_count += 1;
        memcpy(link->tick + 16, &link->group_pings_count, sizeof link->group_pings_count);
        void *ping = ring_wait_for_room(link->me, link->pings, payload_bytes);
        if (ping == NULL) {
            ring_name_end(link->totals);
            return false;
        }
        ring_copy_payload(ping, link->tick, payload_bytes);
        tickring_commit_tx(link->pings, payload_bytes, ROUND_TRIP_OF_GROUP);
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *answer = take_answer(link, &type_id, &bytes);
        if (answer == NULL) {
            return false;
        }
        if (bytes != payload_bytes || memcmp(answer, link->tick, TICK_BYTES) != 0) {
            return refuse_answer(link);
        }
        tickring_commit_rx(link->answers);
    }
    return true;
}

int main(int argc, char **argv) {
    participant_t me = round_trip_begin(argc, argv);
    participant_totals_t totals = {.end = "error"};
    link_t link = {.me = &me,
                   .recorder = recording_open(&me),
                   .totals = &totals,
                   .polls = ring_pair_polls(&me),
                   .tick = calloc(1, me.payload_bytes)};
    if (link.tick == NULL) {
        participant_give_up(4, "--payload-bytes", strerror(ENOMEM));
    }
    participant_write_tick(&me, link.tick, 0, 0);
    participant_say_listening();
    link.answers = ring_listen(&me, me.endpoint, TICKRING_ROLE_CONSUMER);
    link.pings = ring_listen(&me, ring_ping_path(&me).text, TICKRING_ROLE_PRODUCER);
    const round_trip_transport_t transport = {&link, exchange, repeat};
    if (round_trip_run(&me, &transport, link.recorder, &totals)) {
        ring_send_end_of_stream(&me, link.pings);
    }
    recording_finish(&me, link.recorder, &totals);
    tickring_bus_close(link.pings);
    tickring_bus_close(link.answers);
    free(link.tick);
    return 0;
}
