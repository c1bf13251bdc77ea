/* SPDX-License-Identifier: Apache-2.0
 *
 * recorder.h: what a consumer hands its messages to. The C interface of the recorder library,
 * which keeps HDR histograms per interval, window means, counts of what went wrong and a bounded
 * buffer of samples, and writes them into one directory at the end.
 *
 * All memory is allocated and touched by tickring_recorder_open(), whatever the number of messages;
 * tickring_recorder_record(), _tick() and _group() make no system call. One thread uses a
 * recorder. Calls return 0 or an errno value; tickring_recorder_error_text() then says more.
 */
#ifndef TICKRING_RECORDER_H
#define TICKRING_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The clock of stamps and receipts. */
enum tickring_recorder_clock {
    TICKRING_RECORDER_CLOCK_REALTIME = 0, /* what Python's time.time_ns() reads */
    TICKRING_RECORDER_CLOCK_MONOTONIC = 1
};

/* A position that the transport cannot tell: the recorder takes sequence modulo publish_every. */
#define TICKRING_RECORDER_POSITION_UNKNOWN UINT32_MAX

/* What tickring_recorder_open() is to record. All fields have to be set. */
typedef struct tickring_recorder_options {
    uint32_t struct_bytes;        /* sizeof(tickring_recorder_options_t) */
    uint32_t clock;               /* enum tickring_recorder_clock */
    uint32_t stamped;             /* 1: messages carry a send stamp; 0: no latency can be had */
    uint32_t publish_every;       /* messages of one publication, for positions; 1 or more */
    uint32_t messages_per_window; /* latencies whose mean makes a window; 1 or more; the bench uses
                                     10,000. Doubles when 65,536 windows are used up */
    uint32_t mixed_payload_bytes; /* mixed contents: the most bytes that a message has, 32 to
                                     2^31; 0: ticks */
    uint64_t expected_messages;   /* sizes the stride of the sample buffer; 0: unknown */
    uint64_t sample_capacity;     /* samples kept at most, 2,048 to 2^27; 0: 2^20 */
    uint64_t interval_ns;         /* length of an interval of the log, up to an hour; 0: 10 ms.
                                     Doubles whenever the fixed number of intervals is used up;
                                     neighbours are then merged, one pair per new interval */
    uint64_t rate_per_s;          /* open loop: messages per second, up to 10^9; 0: closed loop */
    const char *directory;        /* exists; receives the files */
    const char *ticks;            /* a prepared trade file, whose trades are the messages and whose
                                     times are the schedule, without rate and mixed contents;
                                     NULL: messages of the workload */
} tickring_recorder_options_t;

typedef struct tickring_recorder tickring_recorder_t;

/* Allocates and touches all memory that the options ask for. *out is NULL on failure. Returns 0,
 * EINVAL (a NULL or a value out of range, named in the text), ENOMEM, or the errno of creating a
 * file in the directory. */
int tickring_recorder_open(const tickring_recorder_options_t *options, tickring_recorder_t **out);

/* The time on the recorder's clock. */
uint64_t tickring_recorder_now_ns(const tickring_recorder_t *recorder);

/* Says with start_ns when the schedule starts, on the recorder's clock: the time that the harness
 * gave with "go". Call once, before the first message. */
void tickring_recorder_start(tickring_recorder_t *recorder, uint64_t start_ns);

/* When message number sequence should be sent: start + sequence / rate in integers, or start + the
 * time of its trade. 0 in closed loop. */
uint64_t tickring_recorder_intended_ns(const tickring_recorder_t *recorder, uint64_t sequence);

/* Records one message.
 *   sequence    0 for the first message of the run
 *   intended_ns when it should have been sent; 0: closed loop
 *   stamp_ns    its send stamp; 0: none
 *   receipt_ns  when the consumer saw it, on the same clock as the stamp
 *   position    how many messages of the same publication came before it, or
 *               TICKRING_RECORDER_POSITION_UNKNOWN
 * A sequence ahead of the expected one counts the gap as lost. One out of such a gap counts as
 * reordered and no longer as lost; it is received, but not kept as a sample. Any other behind the
 * expected one counts as duplicated and as nothing else: it is not received, and its latency is not
 * looked at. The last 1,024 gaps are remembered. Of the messages received, those with a negative
 * latency and those above 60 s are counted instead of going into the histogram, so that count +
 * negative_count + overflow_count = messages_received. In a stamped run a stamp of 0 is as old as
 * the epoch and overflows. Windows are made of what is in the histogram; one that is not full at
 * the end is left out.
 */
void tickring_recorder_record(tickring_recorder_t *recorder, uint64_t sequence,
                              uint64_t intended_ns, uint64_t stamp_ns, uint64_t receipt_ns,
                              uint32_t position);

/* Checks a message as the project's producers send it (docs/participants.md, "The workload") and
 * records it. payload_bytes below 32, an unknown type_id and fields that contradict one another
 * count as torn; bytes behind the tick are not looked at. In mixed contents every byte is: a length
 * that is not that of the sequence number counts as wrong_length, a checksum or contents that are
 * wrong count as torn. A message with one of these faults is received all the same, with the
 * sequence number that was expected and whatever stamp it holds (0 below 32 bytes). receipt_ns and
 * position are those of tickring_recorder_record(). */
void tickring_recorder_tick(tickring_recorder_t *recorder, const void *payload,
                            size_t payload_bytes, uint32_t type_id, uint64_t receipt_ns,
                            uint32_t position);

/* Producers of mixed contents: the bytes of message number sequence, 32 to most_bytes, which is 32
 * or more. Any thread may call. */
size_t tickring_recorder_mixed_bytes(uint64_t sequence, size_t most_bytes);

/* Producers of mixed contents: writes message number sequence over payload, whose
 * payload_bytes are those of tickring_recorder_mixed_bytes(), with the send stamp stamp_ns (0:
 * none). Any thread may call. */
void tickring_recorder_write_mixed(void *payload, size_t payload_bytes, uint64_t sequence,
                                   uint64_t stamp_ns);

/* Recorded trades, for producers (docs/participants.md, "Recorded trades"). */
typedef struct tickring_trades tickring_trades_t;

/* Reads the prepared trade file at path; all of it is then in memory. *out is NULL on failure.
 * Returns 0, EINVAL (a NULL, or not such a file), or the errno of opening it. Any thread may call.
 */
int tickring_trades_open(const char *path, tickring_trades_t **out);

/* When number sequence of trades is due, in ns from the start of the schedule; for a number beyond
 * the last one, when that is. Any thread may call. */
uint64_t tickring_trades_offset_ns(const tickring_trades_t *trades, uint64_t sequence);

/* Writes the message of number sequence of trades over the 32 bytes of payload, with the send stamp
 * stamp_ns (0: none). Zeros for a number beyond the last one. Any thread may call. */
void tickring_trades_write(const tickring_trades_t *trades, void *payload, uint64_t sequence,
                           uint64_t stamp_ns);

/* Frees the trades; NULL is allowed. Any thread may call, when no other one uses them. */
void tickring_trades_close(tickring_trades_t *trades);

/* Records a group of round trips that were timed together, from before the first to after the last.
 * They are no messages: elapsed_ns is all that is kept of them. round_trips is the same in every
 * call of a run, 1 or more; a group of another size is left out. Up to 65,536 groups are kept one
 * by one, of more every second, fourth, ... over the whole run. Makes no system call. */
void tickring_recorder_group(tickring_recorder_t *recorder, uint32_t round_trips,
                             uint64_t elapsed_ns);

/* Messages received so far, duplicates not among them. */
uint64_t tickring_recorder_received(const tickring_recorder_t *recorder);

/* Writes recorder.json, latency.hlog, latency.hgrm and samples.bin. complete: 1 when the stream
 * came to its end. Each file appears under its name when it is whole; one that fails does not keep
 * the others from being written. May be called once. Returns 0 or an errno value (ENOSPC, EIO, ...;
 * EINVAL: a second call, or NULL). */
int tickring_recorder_finish(tickring_recorder_t *recorder, int complete);

/* Frees the recorder; NULL is allowed. Without tickring_recorder_finish() nothing is written. */
void tickring_recorder_close(tickring_recorder_t *recorder);

/* What the last failed call on this thread ran into, with field, value and limit. Cannot fail:
 * never NULL. */
const char *tickring_recorder_error_text(void);

#ifdef __cplusplus
}
#endif

#endif /* TICKRING_RECORDER_H */
