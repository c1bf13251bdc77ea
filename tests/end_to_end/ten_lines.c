/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <tickring/tickring.h>
int main(int argc, char **argv) {
    tickring_bus_t *bus;
    uint32_t type_id;
    size_t bytes, messages = 0;
    if (argc != 2 || tickring_bus_listen(argv[1], 1 << 20, &bus) != 0)
        return 1;
    while (tickring_acquire_rx_blocking(bus, &type_id, &bytes, 10000) && type_id != 0)
        messages += bytes == 32, tickring_commit_rx(bus);
    return printf("%zu\n", messages) < 0;
}
