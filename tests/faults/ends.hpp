// SPDX-License-Identifier: Apache-2.0
// ends.hpp: both ends of a bus for the tests of faults, and processes that use them.
#pragma once

#include <tickring/tickring.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace tickring::faults {

inline constexpr std::size_t kCapacity_bytes = 4096;
inline constexpr std::int64_t kMillisecond_ns = 1'000'000;
inline constexpr std::int64_t kPatience_ns = 10'000 * kMillisecond_ns;
inline constexpr std::int64_t kDeathIsKnownWithin_ns = 100 * kMillisecond_ns; // a promise

inline tickring_options_t options_with(std::uint32_t wait = TICKRING_WAIT_PARK) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = wait;
    options.arrival_timeout_ns = kPatience_ns;
    return options;
}

// One end, closed at the end of its scope.
class End {
  public:
    End() = default;
    ~End() { close(); }
    End(const End &) = delete;
    End &operator=(const End &) = delete;

    int listen(const std::string &path, const tickring_options_t &options = options_with()) {
        return tickring_bus_listen_with(path.c_str(), kCapacity_bytes, &options, &bus);
    }
    int connect(const std::string &path, const tickring_options_t &options = options_with()) {
        return tickring_bus_connect_with(path.c_str(), &options, &bus);
    }
    void close() {
        tickring_bus_close(bus);
        bus = nullptr;
    }

    int send(std::uint64_t value, std::int64_t timeout_ns = kPatience_ns) {
        void *const payload = tickring_acquire_tx_blocking(bus, sizeof value, timeout_ns);
        if (payload == nullptr) {
            return tickring_last_error();
        }
        std::memcpy(payload, &value, sizeof value);
        return tickring_commit_tx(bus, sizeof value, 1);
    }
    // Until there is no more room.
    std::uint64_t fill() {
        std::uint64_t sent = 0;
        while (void *const payload = tickring_acquire_tx(bus, sizeof sent)) {
            std::memcpy(payload, &sent, sizeof sent);
            tickring_commit_tx(bus, sizeof sent, 1);
            ++sent;
        }
        return sent;
    }
    // The next message's value; nothing: tickring_last_error() says why.
    std::optional<std::uint64_t> receive(std::int64_t timeout_ns = kPatience_ns) {
        std::uint32_t type_id = 0;
        std::size_t bytes = 0;
        const void *const payload = tickring_acquire_rx_timed(bus, &type_id, &bytes, timeout_ns);
        if (payload == nullptr) {
            return std::nullopt;
        }
        std::uint64_t value = 0;
        std::memcpy(&value, payload, sizeof value);
        tickring_commit_rx(bus);
        return value;
    }

    tickring_bus_t *bus = nullptr;
};

// A forked process that runs a function and ends with what it returns. Killed when let go of.
class Child {
  public:
    explicit Child(const std::function<int()> &body) : pid(fork()) {
        if (pid == 0) {
            _exit(body());
        }
    }
    ~Child() {
        if (!is_over_) {
            kill();
            wait();
        }
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    void kill() const { ::kill(pid, SIGKILL); }
    // Its exit status, or minus the signal that ended it.
    int wait() {
        int status = 0;
        while (waitpid(pid, &status, 0) != pid) {
        }
        is_over_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    const pid_t pid;

  private:
    bool is_over_ = false;
};

// What came of getting one message across, and how many peers died or refused before.
struct Exchange {
    int code = -1;
    int deaths_count = 0;
    int refusals_count = 0;
};

// Listens on the path again and again, until a producer's message has come.
inline Exchange receive_one(const std::string &path) {
    for (Exchange exchange;; ++exchange.deaths_count) {
        End end;
        exchange.code = end.listen(path);
        if (exchange.code != TICKRING_OK || end.receive()) {
            return exchange;
        }
        exchange.code = tickring_last_error();
        if (exchange.code != TICKRING_PEER_DEAD) {
            return exchange;
        }
    }
}

// Connects to the path again and again, until a consumer has taken a message and closed.
inline Exchange send_one(const std::string &path) {
    for (Exchange exchange;;) {
        End end;
        exchange.code = end.connect(path);
        if (exchange.code == TICKRING_PROTOCOL || exchange.code == TICKRING_PERMISSION) {
            // a listener in trouble says so
            ++exchange.refusals_count;
            continue;
        }
        if (exchange.code == TICKRING_OK) {
            exchange.code = end.send(1);
        }
        if (exchange.code != TICKRING_OK && exchange.code != TICKRING_PEER_DEAD) {
            return exchange;
        }
        int state = tickring_peer_state(end.bus);
        while (state == TICKRING_PEER_STATE_ALIVE) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            state = tickring_peer_state(end.bus);
        }
        if (state == TICKRING_PEER_STATE_CLOSED) {
            return exchange;
        }
        ++exchange.deaths_count;
    }
}

} // namespace tickring::faults
