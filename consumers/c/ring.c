/* SPDX-License-Identifier: Apache-2.0
 * Consumes from a tickring bus. It listens; the producer connects. */
#include "recording.h"
#include "ring_ends.h"
#include "ring_trace.h"

/* Records messages until the stream ends; names the end. */
static void consume(const participant_t *me, tickring_bus_t *bus, tickring_recorder_t *recorder,
                    participant_totals_t *totals) {
    uint64_t first_ns = 0;
    for (;;) {
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *payload = ring_wait_for_message(me, bus, &type_id, &bytes, totals);
        const uint64_t receipt_ns = participant_now_ns(me);
        if (payload == NULL) {
            return;
        }
        if (type_id == END_OF_STREAM) {
            totals->end = "complete";
            return;
        }
        first_ns = first_ns == 0 ? receipt_ns : first_ns;
        totals->elapsed_ns = receipt_ns - first_ns;
        tickring_recorder_tick(recorder, payload, bytes, type_id, receipt_ns,
                               tickring_rx_run_position(bus));
        tickring_commit_rx(bus);
    }
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", "sender", NULL});
    tickring_recorder_t *recorder = recording_open(&me);
    participant_say_listening();
    tickring_bus_t *bus = ring_listen(&me, me.endpoint, TICKRING_ROLE_CONSUMER);
    ring_trace_t trace = ring_trace_begin(&me, bus, false);
    tickring_recorder_start(recorder, participant_say_ready(&me));
    participant_totals_t totals = {.end = "error"};
    consume(&me, bus, recorder, &totals);
    ring_trace_end(&trace, bus, &totals);
    recording_finish(&me, recorder, &totals);
    tickring_bus_close(bus);
    return 0;
}
