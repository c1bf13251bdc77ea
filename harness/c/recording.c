/* SPDX-License-Identifier: Apache-2.0 */
#include "recording.h"

#include <stddef.h>

/* The recorder refuses what no message can have. */
static uint32_t mixed_payload_bytes(const participant_t *me) {
    return me->payload_bytes < UINT32_MAX ? (uint32_t)me->payload_bytes : UINT32_MAX;
}

tickring_recorder_t *recording_open(const participant_t *me) {
    const tickring_recorder_options_t options = {
        .struct_bytes = sizeof options,
        .clock =
            me->is_monotonic ? TICKRING_RECORDER_CLOCK_MONOTONIC : TICKRING_RECORDER_CLOCK_REALTIME,
        .stamped = me->is_stamped,
        .publish_every = (uint32_t)me->publish_every,
        .messages_per_window = 10000,
        .mixed_payload_bytes = me->is_mixed ? mixed_payload_bytes(me) : 0,
        .expected_messages = me->messages,
        .sample_capacity = me->sample_capacity,
        .rate_per_s = me->rate_per_s,
        .directory = me->record,
        .ticks = me->ticks,
    };
    tickring_recorder_t *recorder = NULL;
    if (tickring_recorder_open(&options, &recorder) != 0) {
        participant_give_up(4, "recorder", tickring_recorder_error_text());
    }
    return recorder;
}

void recording_finish(const participant_t *me, tickring_recorder_t *recorder,
                      participant_totals_t *totals) {
    totals->messages = tickring_recorder_received(recorder);
    if (tickring_recorder_finish(recorder, totals->error == NULL) != 0) {
        totals->end = "error";
        totals->error = tickring_recorder_error_text();
    }
    participant_report(me, totals);
    tickring_recorder_close(recorder);
}
