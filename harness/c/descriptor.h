/* SPDX-License-Identifier: Apache-2.0
 *
 * descriptor.h: what the transports share that are one file descriptor. Each message is a write();
 * a message of zeros ends the stream. In a byte stream of mixed contents the length of a message
 * comes in front of it. What was written is visible at once, so that publish-every and flush-every
 * do not apply.
 */
#ifndef TICKRING_DESCRIPTOR_H
#define TICKRING_DESCRIPTOR_H

#include "participant.h"

#include <sys/socket.h>
#include <sys/un.h>

struct tickring_recorder;

/* Whether a read() ends where a message ends. */
enum descriptor_framing { BYTE_STREAM, WHOLE_MESSAGES };

/* Bytes of the length in front of each message, a little-endian number; 0: there is none. */
static inline size_t descriptor_head_bytes(const participant_t *me,
                                           enum descriptor_framing framing) {
    return framing == BYTE_STREAM && me->is_mixed ? sizeof(uint32_t) : 0;
}

/* From ready to the report, through a descriptor with O_NONBLOCK. */
void descriptor_produce(participant_t *me, int descriptor, enum descriptor_framing framing);

/* From ready to the report, from a descriptor without O_NONBLOCK. */
void descriptor_consume(participant_t *me, int descriptor, enum descriptor_framing framing,
                        struct tickring_recorder *recorder);

/* The endpoint as the address of a Unix socket; ends the program with status 2 when too long. */
struct sockaddr_un descriptor_address(const participant_t *me);

#endif /* TICKRING_DESCRIPTOR_H */
