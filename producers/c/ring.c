/* SPDX-License-Identifier: Apache-2.0
 * Produces into a tickring bus. It connects; the consumer listens. */
#include "ring_ends.h"
#include "ring_trace.h"

static bool send_tick(const participant_t *me, tickring_bus_t *bus, uint64_t sequence) {
    const size_t bytes = participant_bytes_of(me, sequence);
    void *payload = ring_wait_for_room(me, bus, bytes);
    if (payload == NULL) {
        return false;
    }
    participant_write_tick(me, payload, sequence, me->is_stamped ? participant_now_ns(me) : 0);
    tickring_commit_tx(bus, bytes, sequence % 2 == 0 ? BID : ASK);
    if (me->flush_every != 0 && (sequence + 1) % me->flush_every == 0) {
        tickring_flush(bus);
    }
    return true;
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", NULL});
    participant_open_trades(&me);
    tickring_bus_t *bus = ring_connect(&me, me.endpoint, TICKRING_ROLE_PRODUCER);
    ring_trace_t trace = ring_trace_begin(&me, bus, true);
    participant_totals_t totals = {.end = "complete"};
    const uint64_t start_ns = participant_say_ready(&me);
    while (participant_now_ns(&me) < start_ns) {
    }
    bool is_sent = true;
    while (is_sent && participant_is_due(&me, start_ns, totals.messages)) {
        is_sent = send_tick(&me, bus, totals.messages);
        totals.messages += is_sent ? 1 : 0;
    }
    if (!is_sent || !ring_send_end_of_stream(&me, bus)) {
        ring_name_end(&totals);
    } else if (participant_is_stopping()) {
        participant_name_stop(&totals);
    }
    totals.elapsed_ns = participant_now_ns(&me) - start_ns;
    tickring_stats_t stats = {.struct_bytes = sizeof stats};
    tickring_stats(bus, &stats);
    totals.backpressure_count = stats.full_count;
    ring_trace_end(&trace, bus, &totals);
    tickring_bus_close(bus);
    participant_report(&me, &totals);
    return 0;
}
