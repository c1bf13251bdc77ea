// SPDX-License-Identifier: Apache-2.0
// wake_race_plants.hpp: memories with a bug in them, which wake_race has to notice.
#pragma once

#include <tickring/memory.hpp>
#include <tickring/wait.hpp>

namespace tickring {

constexpr std::int64_t kHeld_ns = 20'000;
constexpr std::uint32_t kOneWakeIn = 100;

inline void pause_ns(std::int64_t duration_ns) {
    const std::int64_t until_ns = monotonic_ns() + duration_ns;
    while (monotonic_ns() < until_ns) {
        cpu_relax();
    }
}

// Sends all wakes but one in so many.
struct ForgetfulProducerMemory : ProducerMemory {
    using ProducerMemory::ProducerMemory;
    std::uint32_t wakes = 0;
    void wake_consumer(std::uint64_t position) noexcept {
        if (++wakes % kOneWakeIn != 0) {
            ProducerMemory::wake_consumer(position);
        }
    }
};

struct ForgetfulConsumerMemory : ConsumerMemory {
    using ConsumerMemory::ConsumerMemory;
    std::uint32_t wakes = 0;
    void wake_producer() noexcept {
        if (++wakes % kOneWakeIn != 0) {
            ConsumerMemory::wake_producer();
        }
    }
};

// The store is seen by others after the load that follows it.
struct HoldingProducerMemory : ProducerMemory {
    using ProducerMemory::ProducerMemory;
    std::uint64_t held_position = 0;
    std::uint32_t held_commit = 0;
    void store_commit(std::uint64_t position, std::uint32_t commit) noexcept {
        held_position = position;
        held_commit = commit;
    }
    [[nodiscard]] std::uint32_t load_waiting() noexcept {
        const std::uint32_t waiting = ProducerMemory::load_waiting();
        pause_ns(kHeld_ns);
        ProducerMemory::store_commit(held_position, held_commit);
        return waiting;
    }
};

struct HoldingConsumerMemory : ConsumerMemory {
    using ConsumerMemory::ConsumerMemory;
    std::uint64_t held_position = 0;
    bool holds = false;
    void store_released(std::uint64_t position) noexcept {
        held_position = position;
        holds = true;
    }
    [[nodiscard]] std::uint32_t load_wants_room() noexcept {
        const std::uint32_t wanted = ConsumerMemory::load_wants_room();
        if (holds) {
            pause_ns(kHeld_ns);
            ConsumerMemory::store_released(held_position);
            holds = false;
        }
        return wanted;
    }
};

} // namespace tickring
