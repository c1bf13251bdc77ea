/* SPDX-License-Identifier: Apache-2.0
 * Produces into a tickring bus. It connects; the consumer listens. */
#include "participant.h"
#include "ring_options.h"

#include <tickring/tickring.h>

static tickring_bus_t *connect_bus(const participant_t *me) {
    const tickring_options_t options = ring_options(me);
    tickring_bus_t *bus = NULL;
    const int code = tickring_bus_connect_with(me->endpoint, &options, &bus);
    if (code != TICKRING_OK) {
        participant_give_up(code == TICKRING_INVALID_ARGUMENT ? 2 : 4, "cannot connect",
                            tickring_last_error_text());
    }
    return bus;
}

/* Room for one message, however often a signal interrupts the wait; NULL: tickring_last_error(). */
static void *wait_for_room(const participant_t *me, tickring_bus_t *bus, size_t payload_bytes) {
    void *payload = NULL;
    do {
        payload = tickring_acquire_tx_blocking(bus, payload_bytes, (int64_t)me->timeout_ns);
    } while (payload == NULL && tickring_last_error() == TICKRING_INTERRUPTED);
    return payload;
}

static bool send_tick(const participant_t *me, tickring_bus_t *bus, uint64_t sequence) {
    const size_t bytes = participant_bytes_of(me, sequence);
    void *payload = wait_for_room(me, bus, bytes);
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

static bool send_end_of_stream(const participant_t *me, tickring_bus_t *bus) {
    if (wait_for_room(me, bus, 0) == NULL) {
        return false;
    }
    tickring_commit_tx(bus, 0, END_OF_STREAM);
    tickring_flush(bus);
    return true;
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    tickring_bus_t *bus = connect_bus(&me);
    if (me.payload_bytes > tickring_max_payload_bytes(bus)) {
        ring_refuse_payload(&me, bus);
    }
    participant_totals_t totals = {.end = "complete"};
    const uint64_t start_ns = participant_say_ready(&me);
    while (participant_now_ns(&me) < start_ns) {
    }
    bool is_sent = true;
    while (is_sent && participant_is_due(&me, start_ns, totals.messages)) {
        is_sent = send_tick(&me, bus, totals.messages);
        totals.messages += is_sent ? 1 : 0;
    }
    if (!is_sent || !send_end_of_stream(&me, bus)) {
        ring_name_end(&totals);
    } else if (participant_is_stopping()) {
        totals.end = "stopped";
        totals.error = "stopped by SIGTERM";
    }
    totals.elapsed_ns = participant_now_ns(&me) - start_ns;
    tickring_stats_t stats = {.struct_bytes = sizeof stats};
    tickring_stats(bus, &stats);
    totals.backpressure_count = stats.full_count;
    tickring_bus_close(bus);
    participant_report(&me, &totals);
    return 0;
}
