/* SPDX-License-Identifier: Apache-2.0
 *
 * trace.h: where the time of each message goes. An end of a bus that is traced writes, into memory
 * of the caller, when each message was committed and published, or seen, and what held it up. A bus
 * that is not traced pays one predicted branch a call.
 *
 * The memory is one block: a header, then message_capacity messages, then event_capacity events,
 * all little-endian on the machines that the library runs on; written into a file as it is, it is
 * the trace that the harness reads. The caller allocates and touches it, and keeps it until the bus
 * is closed or traced no more.
 *
 * The thread of that end of the bus may call. Times are nanoseconds on the clock that was chosen.
 */
#ifndef TICKRING_TRACE_H
#define TICKRING_TRACE_H

#include <tickring/tickring.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "TICKTRC1", and the version behind it. */
#define TICKRING_TRACE_MAGIC UINT64_C(0x314352544b434954)

/* The clock of a trace. */
enum tickring_clock {
    TICKRING_CLOCK_REALTIME = 0, /* CLOCK_REALTIME, what Python's time.time_ns() reads */
    TICKRING_CLOCK_MONOTONIC = 1 /* CLOCK_MONOTONIC */
};

/* What an event tells. The library writes the first four, callers what they know besides. */
enum tickring_trace_kind {
    TICKRING_TRACE_FULL = 1,       /* the producer waited for room */
    TICKRING_TRACE_SLEPT = 2,      /* a futex wait of this end, for a message or for room */
    TICKRING_TRACE_GAP = 3,        /* longer than gap_ns between two clock reads of this end */
    TICKRING_TRACE_CLOCK_STEP = 4, /* CLOCK_REALTIME left CLOCK_MONOTONIC by off_cpu_ns */
    TICKRING_TRACE_GC = 16         /* the interpreter collected garbage */
};

/* One message, in the order of the stream: the first after the trace began has number 0. */
typedef struct tickring_trace_message {
    uint64_t commit_ns;  /* producer: as its commit began; consumer: 0 */
    uint64_t visible_ns; /* producer: as the call that published it began; consumer: when the first
                            message of its publication was seen; 0: not known */
} tickring_trace_message_t;

/* Something that took time. What was counted was counted since the last event of this end. */
typedef struct tickring_trace_event {
    uint32_t kind;                 /* enum tickring_trace_kind */
    uint32_t reserved;             /* 0 */
    uint64_t from_ns;              /* when it began */
    uint64_t to_ns;                /* when it was over */
    uint64_t off_cpu_ns;           /* gap: time that the thread was not charged for; clock step: how
                                      far, forwards or backwards; else 0 */
    uint32_t voluntary_switches;   /* gap: by getrusage, of the thread; a stop is one too */
    uint32_t involuntary_switches; /* the same: it was preempted */
    uint32_t minor_faults;         /* the same */
    uint32_t major_faults;         /* the same */
} tickring_trace_event_t;

/* The begin of the block, with all that is needed to read it. */
typedef struct tickring_trace_header {
    uint64_t magic;             /* TICKRING_TRACE_MAGIC */
    uint32_t role;              /* enum tickring_role */
    uint32_t clock;             /* enum tickring_clock */
    uint64_t gap_ns;            /* as it was asked for */
    uint64_t message_capacity;  /* messages that the block holds */
    uint64_t message_count;     /* messages so far; those beyond the capacity are not in it */
    uint64_t event_capacity;    /* events that the block holds */
    uint64_t event_count;       /* events so far; those beyond the capacity are not in it */
    uint64_t clock_reads_count; /* what tracing cost: reads of the clock */
} tickring_trace_header_t;

/* The bytes of a block for so many messages and events. Any thread may call; cannot fail. */
TICKRING_API size_t tickring_trace_bytes(size_t messages, size_t events);

/* Traces this end from now on, into a block of block_bytes that is aligned to 8 bytes: room for
 * message_capacity messages, and what is left for events. NULL ends the trace.
 *   clock   enum tickring_clock; that of the stamps makes the times comparable
 *   gap_ns  1 or more: time between two clock reads from which on the kernel is asked what
 * happened; longer than the usual time between two messages, since a producer reads the clock once
 *           for each. A consumer reads it in every few polls
 * Returns 0, TICKRING_INVALID_ARGUMENT (a block too small or not aligned, a clock or a gap_ns that
 * cannot be), TICKRING_FORKED. */
TICKRING_API int tickring_bus_trace(tickring_bus_t *bus, void *block, size_t block_bytes,
                                    size_t message_capacity, uint32_t clock, uint64_t gap_ns);

/* From the next message on, which is to be the first, notes messages in every other stretch of
 * stretch_messages only, the first stretch among them. The others go by at next to no cost, so that
 * a run tells by itself what the trace adds. They are 0 in the block; an event may be missing.
 * Returns 0, TICKRING_BAD_STATE (not traced, or messages were noted before),
 * TICKRING_INVALID_ARGUMENT (0 messages), TICKRING_FORKED. */
TICKRING_API int tickring_trace_alternate(tickring_bus_t *bus, uint64_t stretch_messages);

/* Adds an event of the caller: what it knows and the library does not.
 *   kind            enum tickring_trace_kind
 *   from_ns, to_ns  on the clock of the trace
 * Returns 0, TICKRING_BAD_STATE (not traced), TICKRING_FORKED, TICKRING_INVALID_ARGUMENT. */
TICKRING_API int tickring_trace_add(tickring_bus_t *bus, uint32_t kind, uint64_t from_ns,
                                    uint64_t to_ns);

#ifdef __cplusplus
}
#endif

#endif /* TICKRING_TRACE_H */
