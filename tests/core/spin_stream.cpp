// SPDX-License-Identifier: Apache-2.0
// Streams messages between two spinning processes. Each brackets its stream by getppid(), which
// nothing else here calls, so that a tracer can tell what the stream itself asked of the kernel.
#include <tickring/tickring.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void give_up(const char *what) {
    std::fprintf(stderr, "%s: %s\n", what, tickring_last_error_text());
    _exit(1);
}

void produce(const char *path, tickring_options_t options, std::uint64_t messages) {
    tickring_bus_t *bus = nullptr;
    if (tickring_bus_connect_with(path, &options, &bus) != TICKRING_OK) {
        give_up("connect");
    }
    getppid();
    for (std::uint64_t i = 0; i < messages; ++i) {
        void *payload = tickring_acquire_tx_blocking(bus, 32, -1);
        if (payload == nullptr) {
            give_up("send");
        }
        std::memcpy(payload, &i, sizeof i);
        tickring_commit_tx(bus, 32, 1);
    }
    getppid();
    tickring_bus_close(bus);
}

void consume(const char *path, tickring_options_t options, std::uint64_t messages) {
    tickring_bus_t *bus = nullptr;
    if (tickring_bus_listen_with(path, 1 << 20, &options, &bus) != TICKRING_OK) {
        give_up("listen");
    }
    std::uint32_t type_id = 0;
    std::size_t bytes = 0;
    getppid();
    for (std::uint64_t i = 0; i < messages; ++i) {
        const void *payload = tickring_acquire_rx_blocking(bus, &type_id, &bytes, 0);
        if (payload == nullptr || std::memcmp(payload, &i, sizeof i) != 0) {
            give_up("receive");
        }
        tickring_commit_rx(bus);
    }
    getppid();
    tickring_bus_close(bus);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: spin_stream SOCKET_PATH MESSAGES PUBLISH_EVERY\n");
        return 2;
    }
    const std::uint64_t messages = std::strtoull(argv[2], nullptr, 10);
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = TICKRING_WAIT_SPIN;
    options.publish_every = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    options.arrival_timeout_ns = 10'000'000'000;
    const pid_t child = fork();
    if (child == 0) {
        produce(argv[1], options, messages);
        _exit(0);
    }
    consume(argv[1], options, messages);
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0 ? 0 : 1;
}
