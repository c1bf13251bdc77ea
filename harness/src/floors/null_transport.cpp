// SPDX-License-Identifier: Apache-2.0
#include "floors/null_transport.hpp"

#include "clock.hpp"
#include "statistics.hpp"

#include <cstring>
#include <memory>
#include <thread>
#include <tickring/tickring.h>
#include <vector>

namespace tickring {
namespace {

constexpr int kMessages = 10'000;
constexpr int kWarmUp = 1'000;
constexpr std::size_t kTick_bytes = 32;
constexpr std::size_t kStampAt = 20;
constexpr std::size_t kCapacity_bytes = 1 << 16;
constexpr std::int64_t kPatience_ns = 2'000'000'000;

using Bus = std::unique_ptr<tickring_bus_t, void (*)(tickring_bus_t *)>;

struct Ring {
    Bus producer{nullptr, tickring_bus_close};
    Bus consumer{nullptr, tickring_bus_close};
    std::string trouble;
};

Ring open_ring(const std::string &path) {
    Ring ring;
    tickring_options_t options;
    tickring_options_init(&options);
    options.wait = TICKRING_WAIT_SPIN;
    options.arrival_timeout_ns = kPatience_ns;
    tickring_bus_t *consumer = nullptr;
    tickring_bus_t *producer = nullptr;
    std::string no_listener;
    std::thread listener([&] {
        if (tickring_bus_listen_with(path.c_str(), kCapacity_bytes, &options, &consumer) !=
            TICKRING_OK) {
            no_listener = tickring_last_error_text();
        }
    });
    if (tickring_bus_connect_with(path.c_str(), &options, &producer) != TICKRING_OK) {
        ring.trouble = tickring_last_error_text();
    }
    listener.join();
    ring.trouble = no_listener.empty() ? ring.trouble : no_listener;
    ring.producer.reset(producer);
    ring.consumer.reset(consumer);
    return ring;
}

// One message there and back to this thread; false: it did not arrive.
bool send_to_myself(const Ring &ring, clockid_t clock, std::int64_t &latency_ns) {
    auto *room = static_cast<std::byte *>(tickring_acquire_tx(ring.producer.get(), kTick_bytes));
    if (room == nullptr) {
        return false;
    }
    const auto stamp_ns = clock_ns(clock);
    std::memcpy(room + kStampAt, &stamp_ns, sizeof stamp_ns);
    tickring_commit_tx(ring.producer.get(), kTick_bytes, 1);
    std::uint32_t type_id = 0;
    std::size_t payload_bytes = 0;
    const auto *payload = static_cast<const std::byte *>(
        tickring_try_acquire_rx(ring.consumer.get(), &type_id, &payload_bytes));
    if (payload == nullptr) {
        return false;
    }
    const auto receipt_ns = clock_ns(clock);
    std::uint64_t carried_ns = 0;
    std::memcpy(&carried_ns, payload + kStampAt, sizeof carried_ns);
    tickring_commit_rx(ring.consumer.get());
    latency_ns = static_cast<std::int64_t>(receipt_ns - carried_ns);
    return true;
}

} // namespace

Measured measure_null_transport(const std::string &path, clockid_t clock) {
    const auto ring = open_ring(path);
    if (!ring.trouble.empty()) {
        return {std::nullopt, "no ring could be opened: " + ring.trouble};
    }
    std::vector<double> latencies;
    latencies.reserve(kMessages);
    for (int i = 0; i < kWarmUp + kMessages; ++i) {
        std::int64_t latency_ns = 0;
        if (!send_to_myself(ring, clock, latency_ns)) {
            return {std::nullopt, "a message did not arrive"};
        }
        if (i >= kWarmUp) {
            latencies.push_back(static_cast<double>(latency_ns));
        }
    }
    return {median(latencies), ""};
}

} // namespace tickring
