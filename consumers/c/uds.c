/* SPDX-License-Identifier: Apache-2.0
 * Consumes from a Unix SEQPACKET socket on which it listens: one read() per message. */
#include "descriptor.h"
#include "recording.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int accept_producer(const participant_t *me, int listener) {
    const uint64_t timeout_ms = me->timeout_ns / 1000000U;
    struct pollfd arrival = {.fd = listener, .events = POLLIN};
    const int count = poll(&arrival, 1, timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX);
    if (count == 0) {
        participant_give_up(4, "cannot accept", "no producer came within the time-out");
    }
    const int link = count < 0 ? -1 : accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (link < 0) {
        participant_give_up(4, "cannot accept", strerror(errno));
    }
    close(listener);
    return link;
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", NULL});
    tickring_recorder_t *recorder = recording_open(&me);
    const struct sockaddr_un address = descriptor_address(&me);
    const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 1) != 0) {
        participant_give_up(4, "cannot listen", strerror(errno));
    }
    participant_say_listening();
    descriptor_consume(&me, accept_producer(&me, listener), WHOLE_MESSAGES, recorder);
    return 0;
}
