/* SPDX-License-Identifier: Apache-2.0
 *
 * participant.h: the contract of docs/participants.md for programs in C.
 */
#ifndef TICKRING_PARTICIPANT_H
#define TICKRING_PARTICIPANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/resource.h>

enum { TICK_BYTES = 32, BID = 1, ASK = 2, END_OF_STREAM = 0 };

/* The command line, named as in the contract, and what was read at go. */
typedef struct participant {
    const char *endpoint;
    const char *record; /* consumer, or instrumented */
    const char *api;
    const char *wait; /* spin, hybrid or park */
    uint64_t messages;
    uint64_t duration_ns;
    uint64_t payload_bytes;
    uint64_t capacity_bytes;
    uint64_t publish_every;
    uint64_t flush_every;
    uint64_t rate_per_s;
    uint64_t sample_capacity; /* 0: the recorder's own */
    uint64_t timeout_ns;
    uint64_t instrument; /* 0: not; 1: each message; else every other stretch of so many */
    bool is_monotonic;
    bool is_stamped;
    bool is_round_trip; /* the pattern */
    bool is_mixed;      /* the contents */
    const char *ticks;  /* the prepared trade file; NULL unless the contents are recorded trades */
    struct tickring_trades *trades; /* its trades, once a producer has opened them */
    struct rusage usage_at_go;
} participant_t;

/* What a run came to. end and error as in the contract; error is NULL with "complete". */
typedef struct participant_totals {
    uint64_t messages;
    uint64_t elapsed_ns;
    uint64_t backpressure_count;
    const char *end;
    const char *error;
} participant_totals_t;

/* Reads the command line. Ends the program with status 2 and a sentence when it is wrong. From here
 * on SIGTERM only sets the flag of participant_is_stopping(). */
participant_t participant_begin(int argc, char **argv);

/* Ends the program with a sentence: 2 was asked for something impossible, 4 cannot start. */
_Noreturn void participant_give_up(int status, const char *what, const char *why);

/* Ends the program with status 2 when --api is none of these, which a NULL ends. */
void participant_require_api(const participant_t *participant, const char *const *apis);

/* Ends the program with status 2 in an instrumented run: for programs without instruments. */
void participant_refuse_instruments(const participant_t *participant);
/* Producer that sends recorded trades: reads those that the arguments ask for, if any. Ends the
 * program with status 4 when that fails. */
void participant_open_trades(participant_t *participant);

/* Ends the program with status 2 when recorded trades are to be sent: for producers that cannot. */
void participant_refuse_trades(const participant_t *participant);

/* Consumer: a producer may be started. */
void participant_say_listening(void);

/* Says ready, waits for go and returns the start of the schedule in ns on the run's clock. */
uint64_t participant_say_ready(participant_t *participant);

/* The run's clock, in ns. */
uint64_t participant_now_ns(const participant_t *participant);

/* When message number sequence should be sent: by the rate, or by the time of its trade; 0 in
 * closed loop. */
uint64_t participant_intended_ns(const participant_t *participant, uint64_t start_ns,
                                 uint64_t sequence);

bool participant_is_stopping(void);

/* Names the end of a run that SIGTERM has ended. */
void participant_name_stop(participant_totals_t *totals);

/* Between two polls: leaves the core, and the line that is polled, to others for a moment. */
static inline void participant_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

/* Producer: whether message number sequence is still to be sent; in open loop, waits for its time.
 */
bool participant_is_due(const participant_t *participant, uint64_t start_ns, uint64_t sequence);

/* Writes the report. */
void participant_report(const participant_t *participant, const participant_totals_t *totals);

/* The size of message number sequence: payload_bytes, or in mixed contents what follows from it. */
size_t participant_bytes_of(const participant_t *participant, uint64_t sequence);

/* Writes message number sequence of the workload: participant_bytes_of() bytes from payload on. */
void participant_write_tick(const participant_t *participant, void *payload, uint64_t sequence,
                            uint64_t stamp_ns);

/* For transports without a type field: BID or ASK by the workload's rule, END_OF_STREAM for a
 * message of zeros. */
uint32_t participant_type_of(const void *payload);

#endif /* TICKRING_PARTICIPANT_H */
