/* SPDX-License-Identifier: Apache-2.0
 * Answers round trips of a bare cache line: each number that it reads in one line it writes into
 * the other. */
#include "cacheline.h"
#include "round_trip.h"

/* Answers until the pings end; names the end. */
static void answer_all(const cacheline_link_t *link, participant_totals_t *totals) {
    cacheline_t *words = link->words;
    for (uint64_t seen = 0; !participant_is_stopping();) {
        const uint64_t ping = cacheline_await(link, &words->ping, seen, totals);
        if (ping == seen) {
            return;
        }
        if (ping >= CACHELINE_CLOSED) {
            cacheline_name_end(ping, totals);
            return;
        }
        cacheline_say(&words->answer, ping);
        totals->messages += ping & CACHELINE_MESSAGE;
        seen = ping;
    }
    participant_name_stop(totals);
}

int main(int argc, char **argv) {
    participant_t me = round_trip_begin(argc, argv);
    const cacheline_link_t link = cacheline_take(&me);
    participant_totals_t totals = {.end = "error"};
    const uint64_t start_ns = participant_say_ready(&me);
    answer_all(&link, &totals);
    const uint64_t last = participant_is_stopping() ? CACHELINE_END : CACHELINE_CLOSED;
    cacheline_say(&link.words->answers_end, last);
    const uint64_t end_ns = participant_now_ns(&me);
    totals.elapsed_ns = end_ns > start_ns ? end_ns - start_ns : 0;
    participant_report(&me, &totals);
    return 0;
}
