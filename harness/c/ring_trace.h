/* SPDX-License-Identifier: Apache-2.0
 *
 * ring_trace.h: the trace of an end of the ring in an instrumented run (docs/participants.md).
 * Inline as ring_ends.h is.
 */
#ifndef TICKRING_RING_TRACE_H
#define TICKRING_RING_TRACE_H

#include "participant.h"

#include <tickring/trace.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both bound the memory and the file of a trace; a longer run is traced at its begin. */
enum { RING_TRACED_MESSAGES = 1 << 21, RING_TRACED_EVENTS = 1 << 16 };
enum { RING_LEAST_GAP_NS = 5000 };

typedef struct ring_trace {
    void *block; /* NULL: the run is not instrumented */
    size_t bytes;
    const char *directory;
    const char *name;
} ring_trace_t;

/* A producer that is paced reads the clock of its trace once a message. */
static inline uint64_t ring_trace_gap_ns(const participant_t *me, bool produces) {
    const uint64_t periods_ns =
        produces && me->rate_per_s != 0 ? 4U * 1000000000U / me->rate_per_s : 0;
    return periods_ns > RING_LEAST_GAP_NS ? periods_ns : RING_LEAST_GAP_NS;
}

/* Traces an end from before its first message on, where that is asked for; ends the program with 4
 * when it cannot. */
static inline ring_trace_t ring_trace_begin(const participant_t *me, tickring_bus_t *bus,
                                            bool produces) {
    if (me->instrument == 0) {
        return (ring_trace_t){.block = NULL};
    }
    size_t messages = RING_TRACED_MESSAGES;
    if (me->messages != 0 && me->messages < messages) {
        messages = me->messages + 1; /* and the end of the stream */
    }
    ring_trace_t trace = {.bytes = tickring_trace_bytes(messages, RING_TRACED_EVENTS),
                          .directory = me->record,
                          .name = produces ? "producer.trace" : "consumer.trace"};
    trace.block = malloc(trace.bytes);
    if (trace.block == NULL) {
        participant_give_up(4, "cannot allocate a trace", strerror(ENOMEM));
    }
    memset(trace.block, 1, trace.bytes); /* not 0, which could be put off until a first use */
    if (tickring_bus_trace(bus, trace.block, trace.bytes, messages,
                           me->is_monotonic ? TICKRING_CLOCK_MONOTONIC : TICKRING_CLOCK_REALTIME,
                           ring_trace_gap_ns(me, produces)) != TICKRING_OK ||
        (me->instrument > 1 && tickring_trace_alternate(bus, me->instrument) != TICKRING_OK)) {
        participant_give_up(4, "cannot trace", tickring_last_error_text());
    }
    return trace;
}

/* Ends the trace and writes it; what fails is named as the end of the run. */
static inline void ring_trace_end(ring_trace_t *trace, tickring_bus_t *bus,
                                  participant_totals_t *totals) {
    if (trace->block == NULL) {
        return;
    }
    tickring_bus_trace(bus, NULL, 0, 0, 0, 0);
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", trace->directory, trace->name);
    FILE *file = fopen(path, "wb");
    const bool is_written = file != NULL && fwrite(trace->block, trace->bytes, 1, file) == 1;
    if ((file != NULL && fclose(file) != 0) || !is_written) {
        totals->end = "error";
        totals->error = "the trace cannot be written into --record";
    }
    free(trace->block);
    trace->block = NULL;
}

#endif /* TICKRING_RING_TRACE_H */
