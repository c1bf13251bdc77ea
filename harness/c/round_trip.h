/* SPDX-License-Identifier: Apache-2.0
 *
 * round_trip.h: the pattern round-trip (docs/participants.md) for programs in C. The consumer sets
 * off each round trip, the producer answers. Messages, which are stamped one by one, take turns
 * with groups of round trips under one pair of clock reads.
 */
#ifndef TICKRING_ROUND_TRIP_H
#define TICKRING_ROUND_TRIP_H

#include "participant.h"

struct tickring_recorder;

/* The type_id of a round trip that belongs to a group: it is no message of the run. */
enum { ROUND_TRIP_OF_GROUP = 3 };

/* What a transport does. Both return false when the stream is over, with the end named in the
 * totals that link knows. */
typedef struct round_trip_transport {
    void *link;
    /* Message number sequence: stamp, ping, answer, receipt; recorded when its answer is there. */
    bool (*exchange)(void *link, uint64_t sequence, uint64_t *receipt_ns);
    /* So many round trips, one after the other, and nothing else. */
    bool (*repeat)(void *link, uint32_t round_trips);
} round_trip_transport_t;

/* As participant_begin(), for a program that can do nothing but round trips; ends it with status 2
 * when --pattern says something else. */
participant_t round_trip_begin(int argc, char **argv);

/* Consumer: from ready until all round trips are done; names the end in totals, and tells with true
 * that the end of the stream is still to be sent. */
bool round_trip_run(participant_t *me, const round_trip_transport_t *transport,
                    struct tickring_recorder *recorder, participant_totals_t *totals);

#endif /* TICKRING_ROUND_TRIP_H */
