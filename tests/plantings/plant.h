/* SPDX-License-Identifier: Apache-2.0
 *
 * plant.h: what the planting command tells the programs that it plants in. The file that
 * TICKRING_PLANT names holds one plant_t, mapped by all of them; without it nothing is planted.
 */
#ifndef TICKRING_PLANT_H
#define TICKRING_PLANT_H

#include <stdint.h>

/* Lengths in nanoseconds. The command writes; what is used up is counted down by the program. */
typedef struct plant {
    volatile int64_t realtime_step_ns;   /* added to CLOCK_REALTIME in every process */
    volatile uint64_t pause_ns;          /* producer: once, before the next message is begun */
    volatile uint64_t slow_messages;     /* consumer: so many messages are each held, */
    volatile uint64_t slow_ns;           /* so long, before they are released */
    volatile uint64_t before_publish_ns; /* producer: every message, between stamp and commit */
    volatile uint64_t after_receive_ns;  /* consumer: every message, before the receipt stamp */
    volatile uint64_t held_before_ns;    /* what the two came to, */
    volatile uint64_t held_before_count;
    volatile uint64_t held_after_ns;
    volatile uint64_t held_after_count; /* written by the programs */
    volatile uint64_t paused_from_ns;   /* CLOCK_MONOTONIC, of the last pause */
    volatile uint64_t paused_to_ns;
} plant_t;

/* Maps the file at the first call; one that plants nothing when there is none. */
plant_t *plant_control(void);

#endif /* TICKRING_PLANT_H */
