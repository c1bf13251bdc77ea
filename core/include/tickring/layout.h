/* SPDX-License-Identifier: Apache-2.0
 *
 * layout.h: the bytes that both processes see. No code; compiles as C11 and as C++20.
 *
 * Two memory objects, each written by one side only and mapped read-only by the other.
 *
 * The data object, written by the producer:
 *
 *     0                  struct tickring_object_header     written once, magic last
 *     page_bytes         struct tickring_producer_control
 *     2 * page_bytes     capacity bytes of records, mapped twice back to back, so that a record
 *                        that begins before the end of the ring simply runs on
 *
 * The feedback object, written by the consumer:
 *
 *     0                  struct tickring_object_header     written once, magic last
 *     page_bytes         struct tickring_consumer_control
 *
 * Positions count bytes since the session began, never wrap in practice and are always a multiple
 * of TICKRING_UNIT_BYTES; position p lies at offset p modulo capacity. A record begins on a unit:
 *
 *     0        4              8          12         16                             n units
 *     +--------+--------------+----------+----------+--------------------+---------+
 *     | commit | payload size | type_id  | 0        | payload            | unused  |
 *     +--------+--------------+----------+----------+--------------------+---------+
 *
 * commit is the only word that hands data over. 0: nothing yet. Otherwise it is the length, in
 * units, of the run of records published with it; inside a run it is never read. Before a run is
 * published, 0 is stored in the commit word behind it. TICKRING_COMMIT_CLOSED ends the stream.
 */
#ifndef TICKRING_LAYOUT_H
#define TICKRING_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define TICKRING_LAYOUT_VERSION 1u
#define TICKRING_DATA_MAGIC 0x315441444b434954u     /* "TICKDAT1" in memory */
#define TICKRING_FEEDBACK_MAGIC 0x314b42464b434954u /* "TICKFBK1" in memory */
#define TICKRING_UNIT_BYTES 64u
#define TICKRING_RECORD_HEADER_BYTES 16u
/* Words written by different sides, or waited on by different sides, lie this far apart: a cache
 * line and the neighbour that adjacent-line prefetchers bring along. */
#define TICKRING_SHARING_BYTES 128u
#define TICKRING_MAX_CAPACITY_BYTES 0x80000000u
#define TICKRING_COMMIT_CLOSED 0xFFFFFFFFu
/* In the released position, whose low six bits are otherwise 0. */
#define TICKRING_RELEASED_CLOSED 1u

/* At the start of both objects; checked when one is attached. Sizes are bytes. */
struct tickring_object_header {
    uint64_t magic;          /* stored last, with release: which of the two objects it is */
    uint32_t version;        /* TICKRING_LAYOUT_VERSION */
    uint32_t page_bytes;     /* of both processes */
    uint64_t capacity_bytes; /* of the ring: a power of two, a page to 2^31 */
    uint64_t object_bytes;   /* of this object */
};

/* A side that waits names the position it waits for as (units * 2 + 1) modulo 2^32; 0: not waiting.
 * The ring holds at most 2^25 units, so this is unambiguous. */
struct tickring_producer_control {
    uint32_t wants_room; /* the released position that would make enough room */
    unsigned char padding0[TICKRING_SHARING_BYTES - 4];
    uint32_t status; /* 0; TICKRING_PEER_CLOSED: closed in order; TICKRING_CORRUPT: given up */
    unsigned char padding1[TICKRING_SHARING_BYTES - 4];
};

/* What the consumer says, each word on lines of its own. */
struct tickring_consumer_control {
    uint64_t released; /* everything before this position may be written again */
    unsigned char padding0[TICKRING_SHARING_BYTES - 8];
    uint32_t waiting; /* the position whose commit word the consumer sleeps on */
    unsigned char padding1[TICKRING_SHARING_BYTES - 4];
    uint32_t status; /* as above */
    unsigned char padding2[TICKRING_SHARING_BYTES - 4];
};

/* In front of each payload. */
struct tickring_record_header {
    uint32_t commit;        /* see above */
    uint32_t payload_bytes; /* 0 to capacity - 80 */
    uint32_t type_id;       /* any value; passed through */
    uint32_t reserved;      /* written as 0, not read */
};

#ifdef __cplusplus
#define TICKRING_LAYOUT_ASSERT(condition) static_assert(condition, #condition)
#else
#define TICKRING_LAYOUT_ASSERT(condition) _Static_assert(condition, #condition)
#endif

TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_object_header, magic) == 0);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_object_header, version) == 8);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_object_header, page_bytes) == 12);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_object_header, capacity_bytes) == 16);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_object_header, object_bytes) == 24);
TICKRING_LAYOUT_ASSERT(sizeof(struct tickring_object_header) == 32);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_producer_control, wants_room) == 0);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_producer_control, status) == 128);
TICKRING_LAYOUT_ASSERT(sizeof(struct tickring_producer_control) == 256);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_consumer_control, released) == 0);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_consumer_control, waiting) == 128);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_consumer_control, status) == 256);
TICKRING_LAYOUT_ASSERT(sizeof(struct tickring_consumer_control) == 384);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_record_header, commit) == 0);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_record_header, payload_bytes) == 4);
TICKRING_LAYOUT_ASSERT(offsetof(struct tickring_record_header, type_id) == 8);
TICKRING_LAYOUT_ASSERT(sizeof(struct tickring_record_header) == TICKRING_RECORD_HEADER_BYTES);

#undef TICKRING_LAYOUT_ASSERT

#endif /* TICKRING_LAYOUT_H */
