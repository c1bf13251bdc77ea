// SPDX-License-Identifier: Apache-2.0
// The ring's operations as functions of their own, for a look at the instructions that compilers
// make of them. Where the peer only spins is known at compile time here, so that what is left is
// the path of a busy stream.
#include <tickring/wait.hpp>

#include <cstring>

namespace {

constexpr std::uint64_t kCapacityBytes = 1 << 20;

template <bool peer_sleeps>
int send(const tickring::MappedRing &ring, std::uint64_t origin, const void *from) {
    tickring::Producer producer(tickring::ProducerMemory(ring),
                                {kCapacityBytes, 1, peer_sleeps, origin});
    std::byte *payload = nullptr;
    if (producer.try_acquire(32, payload) != tickring::Code::kOk) {
        return 1;
    }
    std::memcpy(payload, from, 32);
    return static_cast<int>(producer.commit(32, 1));
}

int send_in_one_step(const tickring::MappedRing &ring, std::uint64_t origin, const void *from) {
    tickring::Producer producer(tickring::ProducerMemory(ring), {kCapacityBytes, 1, false, origin});
    return producer.send_at_once(32, 1, [from](std::byte *payload) {
        std::memcpy(payload, from, 32);
        return true;
    });
}

template <bool peer_sleeps>
int receive(const tickring::MappedRing &ring, std::uint64_t origin, void *to) {
    tickring::Consumer consumer(tickring::ConsumerMemory(ring),
                                {kCapacityBytes, peer_sleeps, origin});
    tickring::Message message;
    const tickring::Code code = consumer.try_acquire(message);
    if (code != tickring::Code::kOk) {
        return static_cast<int>(code);
    }
    std::memcpy(to, message.payload, 32);
    return static_cast<int>(consumer.commit());
}

} // namespace

extern "C" {
int send_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin, const void *from);
int send_beside_a_sleeper(const tickring::MappedRing &ring, std::uint64_t origin, const void *from);
int send_at_once_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin,
                                  const void *from);
void expect_a_publication(const tickring::MappedRing &ring, std::uint64_t origin);
int receive_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin, void *to);
int receive_beside_a_sleeper(const tickring::MappedRing &ring, std::uint64_t origin, void *to);
int receive_two_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin, void *to);
}

void expect_a_publication(const tickring::MappedRing &ring, std::uint64_t origin) {
    tickring::Producer producer(tickring::ProducerMemory(ring), {kCapacityBytes, 1, false, origin});
    producer.expect_commit();
}

int send_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin,
                          const void *from) {
    return send<false>(ring, origin, from);
}

int send_beside_a_sleeper(const tickring::MappedRing &ring, std::uint64_t origin,
                          const void *from) {
    return send<true>(ring, origin, from);
}

int send_at_once_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin,
                                  const void *from) {
    return send_in_one_step(ring, origin, from);
}

int receive_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin, void *to) {
    return receive<false>(ring, origin, to);
}

int receive_beside_a_sleeper(const tickring::MappedRing &ring, std::uint64_t origin, void *to) {
    return receive<true>(ring, origin, to);
}

// Two messages of a run, given back together.
int receive_two_beside_a_spinner(const tickring::MappedRing &ring, std::uint64_t origin, void *to) {
    tickring::Consumer consumer(tickring::ConsumerMemory(ring), {kCapacityBytes, false, origin});
    tickring::Message message;
    if (consumer.try_acquire(message) != tickring::Code::kOk) {
        return 1;
    }
    std::memcpy(to, message.payload, 32);
    if (consumer.try_acquire_more(message) != tickring::Code::kOk) {
        return 2;
    }
    std::memcpy(static_cast<char *>(to) + 32, message.payload, 32);
    return static_cast<int>(consumer.commit());
}
