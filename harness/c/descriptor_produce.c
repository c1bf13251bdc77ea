/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How often a wait for room looks whether to stop. */
enum { SLICE_MS = 100 };

/* One message, with its length in front where that has to be said. */
typedef struct outbox {
    int descriptor;
    char *bytes;
    size_t head_bytes;
    size_t count; /* all of it, with the length */
} outbox_t;

/* Says how long the message is. */
static void frame(outbox_t *outbox, size_t message_bytes) {
    const uint32_t length = (uint32_t)message_bytes;
    memcpy(outbox->bytes, &length, outbox->head_bytes);
    outbox->count = outbox->head_bytes + message_bytes;
}

static void name_failure(participant_totals_t *totals) {
    const bool is_closed = errno == EPIPE || errno == ECONNRESET;
    totals->end = is_closed ? "peer_closed" : "error";
    totals->error = is_closed ? "the consumer closed its end" : strerror(errno);
}

/* False: the consumer took nothing for the time-out. */
static bool wait_for_room(const participant_t *me, int descriptor, participant_totals_t *totals) {
    struct pollfd room = {.fd = descriptor, .events = POLLOUT};
    for (uint64_t idle_ns = 0; idle_ns < me->timeout_ns; idle_ns += SLICE_MS * 1000000U) {
        if (poll(&room, 1, SLICE_MS) != 0) {
            return true;
        }
    }
    totals->end = "timeout";
    totals->error = "the consumer took nothing for the time-out";
    return false;
}

/* A message that is sent in part is sent to its end; one that is not, only until SIGTERM comes,
 * unless it is to be sent even then. */
static bool send_message(const participant_t *me, const outbox_t *outbox, bool even_when_stopping,
                         participant_totals_t *totals) {
    size_t sent = 0;
    while (sent < outbox->count) {
        const ssize_t count = write(outbox->descriptor, outbox->bytes + sent, outbox->count - sent);
        if (count >= 0) {
            sent += (size_t)count;
        } else if (errno == EAGAIN) {
            totals->backpressure_count += 1;
            if (!wait_for_room(me, outbox->descriptor, totals)) {
                return false;
            }
        } else if (errno != EINTR) {
            name_failure(totals);
            return false;
        }
        if (sent == 0 && participant_is_stopping() && !even_when_stopping) {
            return false;
        }
    }
    return true;
}

/* Names the end where it is not complete. */
static void send_all(const participant_t *me, outbox_t *outbox, uint64_t start_ns,
                     participant_totals_t *totals) {
    char *message = outbox->bytes + outbox->head_bytes;
    while (totals->error == NULL && participant_is_due(me, start_ns, totals->messages)) {
        const uint64_t sequence = totals->messages;
        participant_write_tick(me, message, sequence, me->is_stamped ? participant_now_ns(me) : 0);
        frame(outbox, participant_bytes_of(me, sequence));
        totals->messages += send_message(me, outbox, false, totals) ? 1 : 0;
    }
    if (totals->error == NULL) {
        const size_t mark_bytes = me->is_mixed ? TICK_BYTES : me->payload_bytes;
        memset(message, 0, mark_bytes);
        frame(outbox, mark_bytes);
        const bool is_ended = send_message(me, outbox, true, totals);
        if (is_ended && participant_is_stopping()) {
            participant_name_stop(totals);
        }
    }
}

void descriptor_produce(participant_t *me, int descriptor, enum descriptor_framing framing) {
    participant_refuse_instruments(me);
    participant_refuse_trades(me);
    signal(SIGPIPE, SIG_IGN); /* write() answers EPIPE */
    const size_t head_bytes = descriptor_head_bytes(me, framing);
    outbox_t outbox = {.descriptor = descriptor,
                       .bytes = calloc(1, head_bytes + me->payload_bytes),
                       .head_bytes = head_bytes};
    if (outbox.bytes == NULL) {
        participant_give_up(4, "--payload-bytes", strerror(ENOMEM));
    }
    participant_totals_t totals = {.end = "complete"};
    const uint64_t start_ns = participant_say_ready(me);
    while (participant_now_ns(me) < start_ns) {
    }
    send_all(me, &outbox, start_ns, &totals);
    totals.elapsed_ns = participant_now_ns(me) - start_ns;
    close(descriptor);
    participant_report(me, &totals);
    free(outbox.bytes);
}

struct sockaddr_un descriptor_address(const participant_t *me) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(me->endpoint) >= sizeof address.sun_path) {
        participant_give_up(2, "--endpoint",
                            "is too long for a Unix socket; 107 bytes are allowed");
    }
    strcpy(address.sun_path, me->endpoint);
    return address;
}
