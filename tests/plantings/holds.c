/* SPDX-License-Identifier: Apache-2.0
 * Holds messages in a program over the ring, whose calls are wrapped when it is linked. */
#include "plant.h"

#include <tickring/tickring.h>

#include <time.h>

/* How the linker calls what is wrapped, and what is called in its place. */
#define REAL(name) __asm__("__real_tickring_" #name)
#define WRAPPED(name) __asm__("__wrap_tickring_" #name)

int real_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id) REAL(commit_tx);
void *real_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes, int64_t timeout_ns)
    REAL(acquire_tx_blocking);
const void *real_acquire_rx(tickring_bus_t *bus, uint32_t *type_id, size_t *payload_bytes,
                            int64_t timeout_ns) REAL(acquire_rx_timed);
int real_commit_rx(tickring_bus_t *bus) REAL(commit_rx);

int wrapped_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id)
    WRAPPED(commit_tx);
void *wrapped_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes, int64_t timeout_ns)
    WRAPPED(acquire_tx_blocking);
const void *wrapped_acquire_rx(tickring_bus_t *bus, uint32_t *type_id, size_t *payload_bytes,
                               int64_t timeout_ns) WRAPPED(acquire_rx_timed);
int wrapped_commit_rx(tickring_bus_t *bus) WRAPPED(commit_rx);

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* How long it came to. */
static uint64_t spin(uint64_t length_ns) {
    const uint64_t begin_ns = now_ns();
    uint64_t spun_ns = 0;
    while (spun_ns < length_ns) {
        spun_ns = now_ns() - begin_ns;
    }
    return spun_ns;
}

int wrapped_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id) {
    plant_t *plant = plant_control();
    if (plant->before_publish_ns != 0) {
        plant->held_before_ns += spin(plant->before_publish_ns);
        plant->held_before_count += 1;
    }
    return real_commit_tx(bus, payload_bytes, type_id);
}

/* Before it is stamped, so that no message waits for the end of the pause. */
void *wrapped_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes, int64_t timeout_ns) {
    plant_t *plant = plant_control();
    if (plant->pause_ns != 0) {
        plant->paused_from_ns = now_ns();
        spin(plant->pause_ns);
        plant->pause_ns = 0;
        plant->paused_to_ns = now_ns();
    }
    return real_acquire_tx(bus, max_payload_bytes, timeout_ns);
}

const void *wrapped_acquire_rx(tickring_bus_t *bus, uint32_t *type_id, size_t *payload_bytes,
                               int64_t timeout_ns) {
    plant_t *plant = plant_control();
    const void *payload = real_acquire_rx(bus, type_id, payload_bytes, timeout_ns);
    if (payload != NULL && plant->after_receive_ns != 0) {
        plant->held_after_ns += spin(plant->after_receive_ns);
        plant->held_after_count += 1;
    }
    return payload;
}

int wrapped_commit_rx(tickring_bus_t *bus) {
    plant_t *plant = plant_control();
    if (plant->slow_messages != 0) {
        spin(plant->slow_ns);
        plant->slow_messages -= 1;
    }
    return real_commit_rx(bus);
}
