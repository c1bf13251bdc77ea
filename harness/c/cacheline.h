/* SPDX-License-Identifier: Apache-2.0
 *
 * cacheline.h: words of shared memory, each on lines of its own: the least that two processes
 * can say to one another. There is no message; a round trip is a number that comes back.
 *
 * The consumer makes the memory and leaves a link to it at the endpoint. Each side holds a lock on
 * it for as long as it lives, which tells the other one whether it does.
 */
#ifndef TICKRING_CACHELINE_H
#define TICKRING_CACHELINE_H

#include "participant.h"

#include <stdalign.h>
#include <stdatomic.h>

/* Lines that the processor may fetch in pairs. */
enum { CACHELINE_APART_BYTES = 128 };

typedef struct cacheline {
    alignas(CACHELINE_APART_BYTES) _Atomic uint64_t ping;
    alignas(CACHELINE_APART_BYTES) _Atomic uint64_t answer;
    /* The producer's end, apart from an answer that is not read yet; 0: none. */
    alignas(CACHELINE_APART_BYTES) _Atomic uint64_t answers_end;
} cacheline_t;

/* A ping is even, and odd when it is a message of the run; 0 stands for none yet. The two largest
 * numbers end the stream: as it should, and otherwise. */
#define CACHELINE_MESSAGE UINT64_C(1)
#define CACHELINE_CLOSED (UINT64_MAX - 1)
#define CACHELINE_END UINT64_MAX

typedef struct cacheline_link {
    const participant_t *me;
    cacheline_t *words;
    int memory; /* the descriptor */
    bool consumes;
} cacheline_link_t;

/* Consumer: makes the memory. Ends the program with status 2 when it is to wait in another way than
 * by polling, with 4 when there is no memory. */
cacheline_link_t cacheline_make(const participant_t *me);

/* Producer: takes what the consumer has made; ends the program in the same ways. */
cacheline_link_t cacheline_take(const participant_t *me);

/* A wait that has come to look around; begins with zeros. */
typedef struct cacheline_wait {
    uint64_t since_ns;
    uint64_t answers_end;
    bool is_peer_gone;
} cacheline_wait_t;

/* Whether to poll on, after many polls in vain; false: the end is named. */
bool cacheline_may_wait(const cacheline_link_t *link, cacheline_wait_t *wait,
                        participant_totals_t *totals);

/* What the peer has said at its end: names ours. */
void cacheline_name_end(uint64_t said, participant_totals_t *totals);

/* Polls between two looks at anything but the word. */
enum { CACHELINE_POLLS = 1 << 14 };

/* Polls until word is no longer seen, and returns what it is then; seen: the end is named. */
static inline uint64_t cacheline_await(const cacheline_link_t *link, _Atomic uint64_t *word,
                                       uint64_t seen, participant_totals_t *totals) {
    cacheline_wait_t wait = {0};
    do {
        for (uint32_t polls = 0; polls < CACHELINE_POLLS; ++polls) {
            const uint64_t value = atomic_load_explicit(word, memory_order_acquire);
            if (value != seen) {
                return value;
            }
            participant_relax();
        }
    } while (cacheline_may_wait(link, &wait, totals));
    return seen;
}

static inline void cacheline_say(_Atomic uint64_t *word, uint64_t value) {
    atomic_store_explicit(word, value, memory_order_release);
}

#endif /* TICKRING_CACHELINE_H */
