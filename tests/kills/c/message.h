/* SPDX-License-Identifier: Apache-2.0
 * message.h: what the peers send one another. Every byte follows from stream and sequence:
 *
 *     0   stream u64    one session of one producer, little-endian
 *     8   sequence u64  0 for the first of the session
 *     16  byte i of the rest is (sequence + i) mod 256
 *
 * Every 61st message is as large as the ring takes; the others have 16 to 1,015 bytes. */
#ifndef TICKRING_KILLS_MESSAGE_H
#define TICKRING_KILLS_MESSAGE_H

#include "report.h"

enum { MESSAGE = 1, STOP = 0, HEAD_BYTES = 16, LARGEST_BYTES = 1 << 16 };

void message_prepare(void);
size_t message_bytes(uint64_t sequence, size_t max_payload_bytes);
void message_write(void *payload, size_t bytes, uint64_t stream, uint64_t sequence);

/* What a consumer expects next. */
typedef struct expected {
    uint64_t stream; /* of this session; 0: not known yet */
    uint64_t last_stream;
    uint64_t sequence;
} expected_t;

/* From the first message again, of another stream. */
void expected_next_session(expected_t *expected);

/* Looks at every byte. */
void message_check(const void *payload, size_t bytes, size_t max_payload_bytes,
                   expected_t *expected, session_t *session);

#endif /* TICKRING_KILLS_MESSAGE_H */
