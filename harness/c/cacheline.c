/* SPDX-License-Identifier: Apache-2.0 */
#include "cacheline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void refuse_other_waits(const participant_t *me) {
    if (strcmp(me->wait, "spin") != 0) {
        participant_give_up(2, "--wait", "is not spin; a bare cache line can only be polled");
    }
}

/* The byte of the memory that a side locks. */
static struct flock lock_of(bool consumer) {
    return (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = consumer ? 0 : 1, .l_len = 1};
}

static cacheline_link_t open_link(const participant_t *me, int memory, bool consumes) {
    struct flock own = lock_of(consumes);
    if (fcntl(memory, F_OFD_SETLK, &own) != 0) {
        participant_give_up(4, "cannot lock the shared memory", strerror(errno));
    }
    void *words = mmap(NULL, sizeof(cacheline_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                       memory, 0);
    if (words == MAP_FAILED) {
        participant_give_up(4, "cannot map the shared memory", strerror(errno));
    }
    return (cacheline_link_t){.me = me, .words = words, .memory = memory, .consumes = consumes};
}

cacheline_link_t cacheline_make(const participant_t *me) {
    refuse_other_waits(me);
    char path[64];
    const int memory = memfd_create("cacheline", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), memory);
    if (memory < 0 || ftruncate(memory, sizeof(cacheline_t)) != 0 ||
        symlink(path, me->endpoint) != 0) {
        participant_give_up(4, "cannot make the shared memory", strerror(errno));
    }
    return open_link(me, memory, true);
}

cacheline_link_t cacheline_take(const participant_t *me) {
    refuse_other_waits(me);
    const int memory = open(me->endpoint, O_RDWR | O_CLOEXEC);
    if (memory < 0) {
        participant_give_up(4, "cannot open the shared memory", strerror(errno));
    }
    return open_link(me, memory, false);
}

static bool is_peer_alive(const cacheline_link_t *link) {
    struct flock peer = lock_of(!link->consumes);
    return fcntl(link->memory, F_OFD_GETLK, &peer) != 0 || peer.l_type != F_UNLCK;
}

static bool end_wait(participant_totals_t *totals, const char *end, const char *error) {
    totals->end = end;
    totals->error = error;
    return false;
}

void cacheline_name_end(uint64_t said, participant_totals_t *totals) {
    if (said == CACHELINE_END) {
        totals->end = "complete";
    } else {
        end_wait(totals, "peer_closed", "the peer has closed its end");
    }
}

bool cacheline_may_wait(const cacheline_link_t *link, cacheline_wait_t *wait,
                        participant_totals_t *totals) {
    const uint64_t now_ns = participant_now_ns(link->me);
    wait->since_ns = wait->since_ns == 0 ? now_ns : wait->since_ns;
    if (participant_is_stopping()) {
        participant_name_stop(totals);
        return false;
    }
    if (wait->answers_end != 0) {
        cacheline_name_end(wait->answers_end, totals);
        return false;
    }
    if (wait->is_peer_gone) {
        return end_wait(totals, "peer_dead", "the peer is dead: it ended without closing");
    }
    if (now_ns - wait->since_ns >= link->me->timeout_ns) {
        return end_wait(totals, "timeout", "nothing arrived for the time-out");
    }
    /* What the peer said before is yet to be polled for. */
    wait->is_peer_gone = !is_peer_alive(link);
    if (link->consumes) {
        wait->answers_end = atomic_load_explicit(&link->words->answers_end, memory_order_acquire);
    }
    return true;
}
