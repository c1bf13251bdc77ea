/* SPDX-License-Identifier: Apache-2.0
 * Produces into a Unix SEQPACKET socket: one write() per message. What is written can be read at
 * once: publish-every and flush-every do not apply. */
#include "descriptor.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Of its send buffer, the socket keeps so much for itself. */
enum { RESERVED_BYTES = 32 };

/* The system gives a buffer as near to the capacity as it allows; a message has to fit into it. */
static void size_buffer(const participant_t *me, int link) {
    int bytes = me->capacity_bytes < INT_MAX / 2 ? (int)me->capacity_bytes : INT_MAX / 2;
    setsockopt(link, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    socklen_t length = sizeof bytes;
    getsockopt(link, SOL_SOCKET, SO_SNDBUF, &bytes, &length);
    if (me->payload_bytes > (uint64_t)(bytes - RESERVED_BYTES)) {
        char why[128];
        snprintf(why, sizeof why, "is %llu; this socket takes at most %d",
                 (unsigned long long)me->payload_bytes, bytes - RESERVED_BYTES);
        participant_give_up(2, "--payload-bytes", why);
    }
}

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", NULL});
    const struct sockaddr_un address = descriptor_address(&me);
    const int link = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link < 0 || connect(link, (const struct sockaddr *)&address, sizeof address) != 0) {
        participant_give_up(4, "cannot connect", strerror(errno));
    }
    size_buffer(&me, link);
    descriptor_produce(&me, link, WHOLE_MESSAGES);
    return 0;
}
