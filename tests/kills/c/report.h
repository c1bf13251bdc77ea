/* SPDX-License-Identifier: Apache-2.0
 * report.h: what a peer tells the driver, one line of JSON each (tests/kills/verdict.py reads it).
 */
#ifndef TICKRING_KILLS_REPORT_H
#define TICKRING_KILLS_REPORT_H

#include <stddef.h>
#include <stdint.h>

/* What a side saw of one session. */
typedef struct session {
    int code; /* enum tickring_code; 0: the stream was stopped in order */
    uint64_t messages_count;
    uint64_t violations_count;
    char first_violation[96];
} session_t;

/* Notes a violation; the first one is kept in words. */
void session_violated(session_t *session, const char *what, uint64_t value, uint64_t expected);

/* "opening": about to listen or connect; "connected": a session has begun. */
void report_event(const char *event);

/* To be called after the bus is closed: counts what this process holds then. */
void report_end(const session_t *session);

#endif /* TICKRING_KILLS_REPORT_H */
