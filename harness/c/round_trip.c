/* SPDX-License-Identifier: Apache-2.0 */
#include "round_trip.h"

participant_t round_trip_begin(int argc, char **argv) {
    const participant_t me = participant_begin(argc, argv);
    if (!me.is_round_trip) {
        participant_give_up(2, "--pattern", "is one-way; this program knows only round-trip");
    }
    participant_refuse_instruments(&me);
    return me;
}
