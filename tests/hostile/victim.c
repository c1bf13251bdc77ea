/* SPDX-License-Identifier: Apache-2.0
 * One end of a bus after the other, as lines on standard input order it, until they end:
 *
 *     listen|connect producer|consumer WAIT CAPACITY_BYTES HANDSHAKE_MS ARRIVAL_MS CALL_MS
 *     MESSAGES PAYLOAD_BYTES PATH                                             (all on one line)
 *
 * A producer sends so many messages, message i filled with the byte i; a consumer takes so many and
 * looks at each byte. A call waits CALL_MS at most. The answer is a line of JSON; what it holds
 * stands in victims.py. */
#include <tickring/tickring.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct order {
    bool listens;
    bool produces;
    size_t capacity_bytes;
    int64_t call_ns;
    uint64_t messages_count;
    size_t payload_bytes;
    char path[128];
    tickring_options_t options;
} order_t;

typedef struct outcome {
    const char *stage;
    int code;
    const char *text;
    int64_t elapsed_ns; /* in the last call */
    uint64_t messages_count;
    uint64_t payload_bytes;
    uint64_t sum; /* of all bytes received */
} outcome_t;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool read_order(order_t *order) {
    char line[512];
    char opens[16];
    char role[16];
    char wait[16];
    int64_t handshake_ms = 0;
    int64_t arrival_ms = 0;
    int64_t call_ms = 0;
    if (fgets(line, sizeof line, stdin) == NULL ||
        sscanf(line, "%15s %15s %15s %zu %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 " %zu %127s",
               opens, role, wait, &order->capacity_bytes, &handshake_ms, &arrival_ms, &call_ms,
               &order->messages_count, &order->payload_bytes, order->path) != 10) {
        return false;
    }
    order->listens = strcmp(opens, "listen") == 0;
    order->produces = strcmp(role, "producer") == 0;
    order->call_ns = call_ms * 1000000;
    tickring_options_init(&order->options);
    order->options.role = order->produces ? TICKRING_ROLE_PRODUCER : TICKRING_ROLE_CONSUMER;
    order->options.wait = strcmp(wait, "spin") == 0   ? TICKRING_WAIT_SPIN
                          : strcmp(wait, "park") == 0 ? TICKRING_WAIT_PARK
                                                      : TICKRING_WAIT_HYBRID;
    order->options.handshake_timeout_ns = handshake_ms * 1000000;
    order->options.arrival_timeout_ns = arrival_ms * 1000000;
    return true;
}

static tickring_bus_t *open_end(const order_t *order, outcome_t *outcome) {
    tickring_bus_t *bus = NULL;
    outcome->stage = "open";
    const int64_t start_ns = now_ns();
    outcome->code = order->listens ? tickring_bus_listen_with(order->path, order->capacity_bytes,
                                                              &order->options, &bus)
                                   : tickring_bus_connect_with(order->path, &order->options, &bus);
    outcome->elapsed_ns = now_ns() - start_ns;
    return bus;
}

static bool send_one(const order_t *order, tickring_bus_t *bus, outcome_t *outcome) {
    const int64_t start_ns = now_ns();
    void *payload = tickring_acquire_tx_blocking(bus, order->payload_bytes, order->call_ns);
    outcome->elapsed_ns = now_ns() - start_ns;
    if (payload == NULL) {
        return false;
    }
    memset(payload, (int)(outcome->messages_count & 0xff), order->payload_bytes);
    outcome->payload_bytes += order->payload_bytes;
    return tickring_commit_tx(bus, order->payload_bytes, 1) == TICKRING_OK;
}

static bool take_one(const order_t *order, tickring_bus_t *bus, outcome_t *outcome) {
    uint32_t type_id = 0;
    size_t bytes = 0;
    const int64_t start_ns = now_ns();
    const unsigned char *payload = tickring_acquire_rx_timed(bus, &type_id, &bytes, order->call_ns);
    outcome->elapsed_ns = now_ns() - start_ns;
    if (payload == NULL) {
        return false;
    }
    for (size_t i = 0; i < bytes; ++i) {
        outcome->sum += payload[i];
    }
    outcome->payload_bytes += bytes;
    return tickring_commit_rx(bus) == TICKRING_OK;
}

static void work(const order_t *order, tickring_bus_t *bus, outcome_t *outcome) {
    outcome->stage = "work";
    while (outcome->messages_count < order->messages_count) {
        const bool went_well =
            order->produces ? send_one(order, bus, outcome) : take_one(order, bus, outcome);
        if (!went_well) {
            outcome->code = tickring_last_error();
            return;
        }
        ++outcome->messages_count;
    }
}

static void answer(const outcome_t *outcome) {
    printf("{\"stage\": \"%s\", \"code\": %d, \"elapsed_ns\": %" PRId64 ", \"messages\": %" PRIu64
           ", \"bytes\": %" PRIu64 ", \"sum\": %" PRIu64 ", \"text\": \"",
           outcome->stage, outcome->code, outcome->elapsed_ns, outcome->messages_count,
           outcome->payload_bytes, outcome->sum);
    for (const char *c = outcome->text; *c != '\0'; ++c) {
        if (*c == '"' || *c == '\\') {
            putchar('\\');
        }
        putchar(*c);
    }
    puts("\"}");
    fflush(stdout);
}

int main(void) {
    order_t order;
    while (read_order(&order)) {
        outcome_t outcome = {0};
        tickring_bus_t *bus = open_end(&order, &outcome);
        if (bus != NULL) {
            work(&order, bus, &outcome);
        }
        outcome.text = outcome.code == TICKRING_OK ? "" : tickring_last_error_text();
        tickring_bus_close(bus);
        answer(&outcome);
    }
    return 0;
}
