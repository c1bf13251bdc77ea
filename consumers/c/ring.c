/* SPDX-License-Identifier: Apache-2.0
 * Consumes from a tickring bus. It listens; the producer connects. */
#include "participant.h"
#include "recording.h"
#include "ring_options.h"

#include <tickring/tickring.h>

/* How often a consumer without messages looks whether it is to stop. */
static const uint64_t kSlice_ns = 100000000;

static tickring_bus_t *listen_for_producer(const participant_t *me) {
    const tickring_options_t options = ring_options(me);
    tickring_bus_t *bus = NULL;
    const int code = tickring_bus_listen_with(me->endpoint, me->capacity_bytes, &options, &bus);
    if (code != TICKRING_OK) {
        participant_give_up(code == TICKRING_INVALID_ARGUMENT ? 2 : 4, "cannot listen",
                            tickring_last_error_text());
    }
    return bus;
}

/* Records messages until the stream ends; names the end. */
static void consume(const participant_t *me, tickring_bus_t *bus, tickring_recorder_t *recorder,
                    participant_totals_t *totals) {
    const uint64_t slice_ns = me->timeout_ns < kSlice_ns ? me->timeout_ns : kSlice_ns;
    uint64_t idle_ns = 0;
    uint64_t first_ns = 0;
    while (!participant_is_stopping()) {
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *payload = tickring_acquire_rx_timed(bus, &type_id, &bytes, (int64_t)slice_ns);
        const uint64_t receipt_ns = participant_now_ns(me);
        if (payload == NULL) {
            const int code = tickring_last_error();
            idle_ns += code == TICKRING_TIMEOUT ? slice_ns : 0;
            if (code != TICKRING_INTERRUPTED &&
                (code != TICKRING_TIMEOUT || idle_ns >= me->timeout_ns)) {
                ring_name_end(totals);
                return;
            }
            continue;
        }
        if (type_id == END_OF_STREAM) {
            totals->end = "complete";
            return;
        }
        idle_ns = 0;
        first_ns = first_ns == 0 ? receipt_ns : first_ns;
        totals->elapsed_ns = receipt_ns - first_ns;
        tickring_recorder_tick(recorder, payload, bytes, type_id, receipt_ns,
                               tickring_rx_run_position(bus));
        tickring_commit_rx(bus);
    }
    totals->end = "stopped";
    totals->error = "stopped by SIGTERM";
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    tickring_recorder_t *recorder = recording_open(&me);
    participant_say_listening();
    tickring_bus_t *bus = listen_for_producer(&me);
    tickring_recorder_start(recorder, participant_say_ready(&me));
    participant_totals_t totals = {.end = "error"};
    consume(&me, bus, recorder, &totals);
    recording_finish(&me, recorder, &totals);
    tickring_bus_close(bus);
    return 0;
}
