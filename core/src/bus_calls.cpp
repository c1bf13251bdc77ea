// SPDX-License-Identifier: Apache-2.0
// bus_calls.cpp: what an end that is set up does besides the ring's own operations: waiting,
// traces, and asking for its peer.
#include "bus.hpp"

namespace tickring {
namespace {

template <class Wait>
Code wait_by_policy(tickring_bus &bus, Wait &wait, std::uint32_t spin_threshold,
                    std::int64_t deadline_ns) noexcept {
    switch (bus.wait) {
    case TICKRING_WAIT_SPIN:
        return wait_until(wait, SpinWait{}, bus.liveness, deadline_ns, bus.wait_stats);
    case TICKRING_WAIT_HYBRID:
        return wait_until(wait, HybridWait{spin_threshold}, bus.liveness, deadline_ns,
                          bus.wait_stats);
    default:
        return wait_until(wait, ParkWait{}, bus.liveness, deadline_ns, bus.wait_stats);
    }
}

template <class Wait>
[[gnu::noinline]] Code wait_traced(tickring_bus &bus, Wait &wait, std::uint32_t spin_threshold,
                                   std::int64_t deadline_ns) noexcept {
    TracedWait<Wait> traced(wait, bus.trace);
    return wait_by_policy(bus, traced, spin_threshold, deadline_ns);
}

template <class Wait>
Code wait_in_bus(tickring_bus &bus, Wait &&wait, std::uint32_t spin_threshold,
                 std::int64_t timeout_ns) noexcept {
    const std::int64_t deadline_ns = deadline_after(timeout_ns);
    if (bus.trace.is_noting()) [[unlikely]] {
        return wait_traced(bus, wait, spin_threshold, deadline_ns);
    }
    return wait_by_policy(bus, wait, spin_threshold, deadline_ns);
}

[[gnu::noinline]] void look_away() noexcept {
    const std::int64_t end_ns = monotonic_ns() + Gather::kPause_ns;
    while (monotonic_ns() < end_ns) {
        cpu_relax();
    }
}

// Until there is room, and more of it has come where that is soon. The announcement stands as long,
// so that the consumer gives back what it has read.
Code wait_for_room(tickring_bus &bus, std::uint64_t payload_bytes,
                   std::int64_t timeout_ns) noexcept {
    RoomWait wait(bus.producer, payload_bytes);
    const Code code = wait_in_bus(bus, wait, bus.spin_threshold, timeout_ns);
    if (code == Code::kOk && timeout_ns != 0 && bus.wait != TICKRING_WAIT_PARK) {
        bus.room_growth.let_grow([&] { return bus.producer.look_for_room(); }, look_away);
    }
    return code;
}

// The ring was full; what it published before it gave up is visible from here on.
[[gnu::noinline]] std::uint64_t note_full(tickring_bus &bus) noexcept {
    const std::uint64_t now_ns = bus.trace.look();
    bus.trace.published(now_ns, bus.producer.stats().publications_count);
    return now_ns;
}

} // namespace

Code wait_to_send(tickring_bus &bus, std::uint64_t payload_bytes, std::byte *&payload,
                  std::int64_t timeout_ns) noexcept {
    const bool is_noting = bus.trace.is_noting();
    const std::uint64_t full_ns = is_noting ? note_full(bus) : 0;
    const Code code = wait_for_room(bus, payload_bytes, timeout_ns);
    if (is_noting) {
        bus.trace.waited_for_room(full_ns);
    }
    return code == Code::kOk ? bus.producer.try_acquire(payload_bytes, payload) : code;
}

Code wait_to_read(tickring_bus &bus, Message &message, std::uint32_t spin_threshold,
                  std::int64_t timeout_ns) noexcept {
    return wait_in_bus(bus, MessageWait<ConsumerMemory>{bus.consumer, message}, spin_threshold,
                       timeout_ns);
}

void stay_behind(tickring_bus &bus) noexcept { bus.gather.stay_behind(bus.consumer, look_away); }

Code wait_for_batch(tickring_bus &bus, Message &message, std::int64_t timeout_ns) noexcept {
    if (timeout_ns != 0 && bus.wait != TICKRING_WAIT_PARK) {
        bus.gather.note_wait();
        stay_behind(bus);
    }
    return wait_to_read(bus, message, bus.spin_threshold, timeout_ns);
}

void publish_traced(tickring_bus &bus) noexcept {
    const std::uint64_t now_ns = bus.trace.look();
    bus.producer.publish();
    bus.trace.published(now_ns, bus.producer.stats().publications_count);
}

Code ask_for_peer(tickring_bus &bus) noexcept {
    const auto has_closed = [&bus] {
        const std::uint32_t status =
            bus.is_producer() ? bus.producer.peer_status() : bus.consumer.peer_status();
        return status == TICKRING_PEER_CLOSED;
    };
    if (has_closed()) {
        return Code::kPeerClosed;
    }
    if (!bus.liveness.is_peer_gone()) {
        return Code::kOk;
    }
    if (has_closed()) { // between the two looks
        return Code::kPeerClosed;
    }
    if (bus.is_producer()) {
        bus.producer.end(Code::kPeerDead);
    } else {
        bus.consumer.end(Code::kPeerDead);
    }
    return Code::kPeerDead;
}

} // namespace tickring
