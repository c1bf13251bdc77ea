/* SPDX-License-Identifier: Apache-2.0
 * bus.c: two processes over the C interface. The child connects and produces, the parent listens
 * and consumes.
 *
 *     cc -std=c11 bus.c $(pkg-config --cflags --libs tickring) -o bus && ./bus /tmp/bus 100000
 */
#include <tickring/tickring.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUE = 1, END_OF_STREAM = 0 };

static int failed(const char *what) {
    fprintf(stderr, "bus: %s: %s\n", what, tickring_last_error_text());
    return 1;
}

static int produce(const char *path, uint64_t messages) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.publish_every = 32;                /* fewer, larger publications */
    options.arrival_timeout_ns = 5000000000LL; /* the consumer may come later */
    tickring_bus_t *bus = NULL;
    if (tickring_bus_connect_with(path, &options, &bus) != TICKRING_OK) {
        return failed("cannot connect");
    }
    for (uint64_t value = 0; value <= messages; ++value) {
        void *payload = tickring_acquire_tx_blocking(bus, sizeof value, -1);
        if (payload == NULL) {
            return failed("cannot send");
        }
        memcpy(payload, &value, sizeof value);
        tickring_commit_tx(bus, sizeof value, value < messages ? VALUE : END_OF_STREAM);
    }
    tickring_bus_close(bus); /* publishes what is left */
    return 0;
}

static int consume(const char *path, uint64_t messages) {
    tickring_bus_t *bus = NULL;
    if (tickring_bus_listen(path, 1 << 16, &bus) != TICKRING_OK) {
        return failed("cannot listen");
    }
    const size_t largest = tickring_max_payload_bytes(bus);
    uint64_t sum = 0;
    for (;;) {
        uint32_t type_id = 0;
        size_t bytes = 0;
        const void *payload = tickring_acquire_rx_blocking(bus, &type_id, &bytes, 10000);
        if (payload == NULL) {
            return failed("cannot receive");
        }
        if (type_id == END_OF_STREAM) {
            break;
        }
        uint64_t value = 0;
        memcpy(&value, payload, sizeof value);
        sum += value;
        tickring_commit_rx(bus); /* the payload goes back to the producer */
    }
    tickring_stats_t stats = {.struct_bytes = sizeof stats};
    tickring_stats(bus, &stats);
    tickring_bus_close(bus);
    printf("tickring %s, payloads up to %zu bytes\n", tickring_version(), largest);
    printf("%" PRIu64 " messages in %" PRIu64 " publications, sum %" PRIu64 "\n",
           stats.messages_count - 1, stats.publications_count, sum);
    return sum == messages * (messages - 1) / 2 ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: bus PATH MESSAGES\n");
        return 2;
    }
    const uint64_t messages = strtoull(argv[2], NULL, 10);
    const pid_t producer = fork(); /* before there is a bus: a bus stays with its process */
    if (producer == 0) {
        return produce(argv[1], messages);
    }
    const int result = consume(argv[1], messages);
    int status = 0;
    waitpid(producer, &status, 0);
    return result != 0 || status != 0;
}
