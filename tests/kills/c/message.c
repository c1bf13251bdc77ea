/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <string.h>

static unsigned char pattern[LARGEST_BYTES + 256];

void message_prepare(void) {
    for (size_t i = 0; i < sizeof pattern; ++i) {
        pattern[i] = (unsigned char)i;
    }
}

size_t message_bytes(uint64_t sequence, size_t max_payload_bytes) {
    return sequence % 61 == 60 ? max_payload_bytes : HEAD_BYTES + sequence * 37 % 1000;
}

void message_write(void *payload, size_t bytes, uint64_t stream, uint64_t sequence) {
    unsigned char *at = payload;
    memcpy(at, &stream, sizeof stream);
    memcpy(at + sizeof stream, &sequence, sizeof sequence);
    memcpy(at + HEAD_BYTES, pattern + sequence % 256, bytes - HEAD_BYTES);
}

void expected_next_session(expected_t *expected) {
    expected->last_stream = expected->stream != 0 ? expected->stream : expected->last_stream;
    expected->stream = 0;
    expected->sequence = 0;
}

void message_check(const void *payload, size_t bytes, size_t max_payload_bytes,
                   expected_t *expected, session_t *session) {
    const unsigned char *at = payload;
    uint64_t stream = 0;
    uint64_t sequence = 0;
    if (bytes < HEAD_BYTES) {
        session_violated(session, "size", bytes, HEAD_BYTES);
        return;
    }
    memcpy(&stream, at, sizeof stream);
    memcpy(&sequence, at + sizeof stream, sizeof sequence);
    if (expected->stream == 0 && stream != expected->last_stream) {
        expected->stream = stream;
    }
    if (stream != expected->stream) {
        session_violated(session, "stream", stream, expected->stream);
    }
    if (sequence != expected->sequence) {
        session_violated(session, "sequence", sequence, expected->sequence);
    }
    if (bytes != message_bytes(sequence, max_payload_bytes)) {
        session_violated(session, "size", bytes, message_bytes(sequence, max_payload_bytes));
    } else if (memcmp(at + HEAD_BYTES, pattern + sequence % 256, bytes - HEAD_BYTES) != 0) {
        session_violated(session, "torn message", sequence, expected->sequence);
    }
    expected->sequence = sequence + 1;
}
