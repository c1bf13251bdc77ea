/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptor.h"

#include "recording.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* How often a read() that sleeps is interrupted to look whether to stop. */
static const uint64_t kSlice_ns = 100000000;

/* A message that is being received, and for how long nothing came. */
typedef struct inbox {
    int descriptor;
    enum descriptor_framing framing;
    char *message; /* with room for one byte more than a message has */
    size_t bytes;
    uint64_t slice_ns;
    uint64_t idle_ns;
} inbox_t;

static void ignore(int signal_number) { (void)signal_number; }

static void interrupt_reads_every(uint64_t interval_ns) {
    struct sigaction action = {.sa_handler = ignore}; /* without SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    const struct timeval interval = {.tv_sec = (time_t)(interval_ns / 1000000000U),
                                     .tv_usec = (suseconds_t)(interval_ns % 1000000000U / 1000U)};
    const struct itimerval timer = {.it_interval = interval, .it_value = interval};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void end_with(participant_totals_t *totals, const char *end, const char *error) {
    totals->end = end;
    totals->error = error;
}

/* Names the end when read() has not given a byte; false: go on. */
static bool is_over(const participant_t *me, ssize_t count, inbox_t *inbox,
                    participant_totals_t *totals) {
    if (count == 0) {
        end_with(totals, "peer_closed", "the producer closed its end before the end of the stream");
    } else if (errno != EINTR) {
        end_with(totals, errno == ECONNRESET ? "peer_closed" : "error", strerror(errno));
    } else if ((inbox->idle_ns += inbox->slice_ns) >= me->timeout_ns) {
        end_with(totals, "timeout", "nothing arrived for the time-out");
    }
    return totals->error != NULL;
}

/* Reads so many bytes, or one whole message of up to so many. The time at which they were there; 0:
 * the stream is over, and the end named. */
static uint64_t fill(const participant_t *me, inbox_t *inbox, size_t wanted,
                     participant_totals_t *totals) {
    inbox->bytes = 0;
    while (!participant_is_stopping()) {
        const ssize_t count =
            read(inbox->descriptor, inbox->message + inbox->bytes, wanted - inbox->bytes);
        const uint64_t receipt_ns = participant_now_ns(me);
        if (count <= 0) {
            if (is_over(me, count, inbox, totals)) {
                return 0;
            }
            continue;
        }
        inbox->idle_ns = 0;
        inbox->bytes += (size_t)count;
        if (inbox->bytes == wanted || inbox->framing == WHOLE_MESSAGES) {
            return receipt_ns;
        }
    }
    participant_name_stop(totals);
    return 0;
}

/* A message of a byte stream of mixed contents. One whose length cannot be right ends the run:
 * where the next begins is not known. */
static uint64_t receive_framed(const participant_t *me, inbox_t *inbox,
                               participant_totals_t *totals) {
    uint32_t length = 0;
    if (fill(me, inbox, sizeof length, totals) == 0) {
        return 0;
    }
    memcpy(&length, inbox->message, sizeof length);
    if (length == 0 || length > me->payload_bytes) {
        end_with(totals, "error", "a message says a length beyond --payload-bytes, or 0");
        return 0;
    }
    return fill(me, inbox, length, totals);
}

/* The time at which the next message was there; 0: the stream is over, and the end named. */
static uint64_t receive(const participant_t *me, inbox_t *inbox, participant_totals_t *totals) {
    if (descriptor_head_bytes(me, inbox->framing) != 0) {
        return receive_framed(me, inbox, totals);
    }
    /* One byte more shows a message that is too long. */
    const size_t wanted = me->payload_bytes + (inbox->framing == WHOLE_MESSAGES);
    const uint64_t receipt_ns = fill(me, inbox, wanted, totals);
    if (receipt_ns != 0 && !me->is_mixed && inbox->bytes != me->payload_bytes) {
        end_with(totals, "error", "a message has not the length that --payload-bytes says");
        return 0;
    }
    return receipt_ns;
}

static void record_all(const participant_t *me, inbox_t *inbox, tickring_recorder_t *recorder,
                       participant_totals_t *totals) {
    uint64_t first_ns = 0;
    uint64_t receipt_ns = 0;
    while ((receipt_ns = receive(me, inbox, totals)) != 0) {
        if (participant_type_of(inbox->message) == END_OF_STREAM) {
            return;
        }
        first_ns = first_ns == 0 ? receipt_ns : first_ns;
        totals->elapsed_ns = receipt_ns - first_ns;
        /* Each message is a publication of its own: position 0. */
        tickring_recorder_tick(recorder, inbox->message, inbox->bytes,
                               participant_type_of(inbox->message), receipt_ns, 0);
    }
}

void descriptor_consume(participant_t *me, int descriptor, enum descriptor_framing framing,
                        struct tickring_recorder *recorder) {
    participant_refuse_instruments(me);
    inbox_t inbox = {.descriptor = descriptor,
                     .framing = framing,
                     .message = calloc(1, me->payload_bytes + 1),
                     .slice_ns = me->timeout_ns < kSlice_ns ? me->timeout_ns : kSlice_ns};
    if (inbox.message == NULL) {
        participant_give_up(4, "--payload-bytes", strerror(ENOMEM));
    }
    tickring_recorder_start(recorder, participant_say_ready(me));
    interrupt_reads_every(inbox.slice_ns);
    participant_totals_t totals = {.end = "complete"};
    record_all(me, &inbox, recorder, &totals);
    close(descriptor);
    recording_finish(me, recorder, &totals);
    free(inbox.message);
}
