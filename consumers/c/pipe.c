/* SPDX-License-Identifier: Apache-2.0
 * Consumes from a FIFO that it makes: one read() per message. */
#include "descriptor.h"
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv) {
    participant_t me = participant_begin(argc, argv);
    participant_require_api(&me, (const char *const[]){"reference", NULL});
    tickring_recorder_t *recorder = recording_open(&me);
    if (mkfifo(me.endpoint, 0600) != 0) {
        participant_give_up(4, "cannot make the pipe", strerror(errno));
    }
    /* Opened without a wait for the producer, then read with waits. */
    const int pipe = open(me.endpoint, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (pipe < 0 || fcntl(pipe, F_SETFL, 0) != 0) {
        participant_give_up(4, "cannot open the pipe", strerror(errno));
    }
    if (me.capacity_bytes <= INT32_MAX) {
        fcntl(pipe, F_SETPIPE_SZ, (int)me.capacity_bytes); /* as near as the system allows */
    }
    participant_say_listening();
    descriptor_consume(&me, pipe, BYTE_STREAM, recorder);
    return 0;
}
