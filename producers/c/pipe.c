/* SPDX-License-Identifier: Apache-2.0
 * Produces into a FIFO that the consumer has made: one write() per message. What is written can be
 * read at once: publish-every and flush-every do not apply. */
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", NULL});
    const int pipe = open(me.endpoint, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (pipe < 0) {
        participant_give_up(4, "cannot open the pipe", strerror(errno));
    }
    descriptor_produce(&me, pipe, BYTE_STREAM);
    return 0;
}
