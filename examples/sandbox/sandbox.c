/* SPDX-License-Identifier: Apache-2.0
 * sandbox.c: one end of a bus that allows itself no system call but those of the hot path.
 *
 *     cc -std=gnu11 sandbox.c $(pkg-config --cflags --libs tickring) -o sandbox
 *     ./sandbox consumer PATH TIMEOUT_MS      until the stream ends, or nothing comes for so long
 *     ./sandbox producer PATH TIMEOUT_MS      until the consumer leaves, or makes no room for so
 * long
 *
 * Prints how many messages it was, and how they ended. */
#include "hot_path.h"

#include <tickring/tickring.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Without stdio, whose first line makes more system calls. */
static void say(const char *text, uint64_t count, const char *end) {
    char line[256];
    const int bytes = snprintf(line, sizeof line, text, (unsigned long long)count, end);
    if (bytes < 0 || write(STDOUT_FILENO, line, (size_t)bytes) < 0) {
        abort();
    }
}

static uint64_t consume(tickring_bus_t *bus, int64_t timeout_ns) {
    uint64_t messages = 0;
    uint32_t type_id = 0;
    size_t bytes = 0;
    const void *payload = NULL;
    while ((payload = tickring_acquire_rx_timed(bus, &type_id, &bytes, timeout_ns)) != NULL) {
        if (bytes != sizeof(uint64_t)) {
            abort(); /* nobody of ours sends that */
        }
        ++messages;
        tickring_commit_rx(bus);
    }
    return messages;
}

static uint64_t produce(tickring_bus_t *bus, int64_t timeout_ns) {
    uint64_t messages = 0;
    void *payload = NULL;
    while ((payload = tickring_acquire_tx_blocking(bus, sizeof messages, timeout_ns)) != NULL) {
        memcpy(payload, &messages, sizeof messages);
        tickring_commit_tx(bus, sizeof messages, 1);
        ++messages;
    }
    return messages;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: sandbox consumer|producer PATH TIMEOUT_MS\n");
        return 2;
    }
    const int consumes = strcmp(argv[1], "consumer") == 0;
    const int64_t timeout_ns = strtoll(argv[3], NULL, 10) * 1000000;
    tickring_options_t options;
    tickring_options_init(&options);
    options.role = consumes ? TICKRING_ROLE_CONSUMER : TICKRING_ROLE_PRODUCER;
    options.wait = TICKRING_WAIT_PARK;
    tickring_bus_t *bus = NULL;
    if (tickring_bus_listen_with(argv[2], 1 << 12, &options, &bus) != TICKRING_OK) {
        fprintf(stderr, "sandbox: %s\n", tickring_last_error_text());
        return 1;
    }
    if (allow_the_hot_path_only() != 0) {
        perror("sandbox");
        return 1;
    }
    const uint64_t messages = consumes ? consume(bus, timeout_ns) : produce(bus, timeout_ns);
    say("%llu messages; %s\n", messages, tickring_strerror(tickring_last_error()));
    tickring_bus_close(bus);
    _exit(0);
}
