// SPDX-License-Identifier: Apache-2.0
// operations --layout: facts of the layout where less is better, a line NAME NUMBER each.
// operations NAME COUNT: does one operation of the ring so many times, in one thread, so that the
// difference of two runs under an instruction counter is the cost of an operation and of nothing
// else.
#include "ring_pair.hpp"

#include <tickring/layout.h>

#include <cstddef>
#include <cstdlib>
#include <span>
#include <string_view>

namespace {

using tickring::benchmarks::receive;
using tickring::benchmarks::receive_batch;
using tickring::benchmarks::RingPair;
using tickring::benchmarks::send;

constexpr std::size_t kPayloadBytes = 32;
constexpr std::byte kPayload[kPayloadBytes] = {};

void send_and_receive(const RingPair &pair) {
    send(pair.producer, kPayload, kPayloadBytes);
    receive(pair.consumer);
}

// The consumer takes them once a batch is there, as many as were sent by so many calls.
template <auto receive_some, int calls> void send_batch_and_receive(const RingPair &pair) {
    static int sent = 0;
    send(pair.producer, kPayload, kPayloadBytes);
    if (++sent % 32 == 0) {
        for (int i = 0; i < calls; ++i) {
            receive_some(pair.consumer);
        }
    }
}

void acquire_and_rollback(const RingPair &pair) {
    tickring_acquire_tx(pair.producer, kPayloadBytes);
    tickring_rollback_tx(pair.producer);
}

void look_at_an_empty_ring(const RingPair &pair) { receive(pair.consumer); }

struct Operation {
    std::string_view name;
    std::uint32_t publish_every;
    std::uint32_t wait;
    void (*function)(const RingPair &);
};

constexpr Operation kOperations[] = {
    {"send_and_receive", 1, TICKRING_WAIT_SPIN, send_and_receive},
    {"send_and_receive_in_batches_of_32", 32, TICKRING_WAIT_SPIN,
     send_batch_and_receive<receive, 32>},
    {"send_and_receive_batches_of_32", 32, TICKRING_WAIT_SPIN,
     send_batch_and_receive<receive_batch<0>, 1>},
    {"send_and_receive_beside_a_sleeper", 1, TICKRING_WAIT_PARK, send_and_receive},
    {"acquire_and_rollback", 1, TICKRING_WAIT_SPIN, acquire_and_rollback},
    {"look_at_an_empty_ring", 1, TICKRING_WAIT_SPIN, look_at_an_empty_ring},
};

int list_operations() {
    for (const Operation &operation : kOperations) {
        std::printf("%s\n", operation.name.data());
    }
    return 0;
}

// Where a word lies in its object, which another side or another waiter looks at than its
// neighbour.
constexpr std::size_t kProducerWords[] = {
    offsetof(tickring_producer_control, wants_room),
    offsetof(tickring_producer_control, status),
};
constexpr std::size_t kConsumerWords[] = {
    offsetof(tickring_consumer_control, released),
    offsetof(tickring_consumer_control, waiting),
    offsetof(tickring_consumer_control, status),
};

// Pairs on the same line, or on a line and the one that a prefetcher brings along.
constexpr int sharing_pairs(std::span<const std::size_t> offsets) {
    constexpr std::size_t kApartBytes = 128;
    int pairs = 0;
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        for (std::size_t j = i + 1; j < offsets.size(); ++j) {
            pairs += offsets[i] / kApartBytes == offsets[j] / kApartBytes ? 1 : 0;
        }
    }
    return pairs;
}

int tell_layout() {
    const auto unit = std::size_t{TICKRING_UNIT_BYTES};
    const auto record = (sizeof(tickring_record_header) + kPayloadBytes + unit - 1) / unit * unit;
    std::printf("words_sharing_lines %d\n",
                sharing_pairs(kProducerWords) + sharing_pairs(kConsumerWords));
    std::printf("record_header_bytes %zu\n", sizeof(tickring_record_header));
    std::printf("record_bytes_of_a_32_byte_message %zu\n", record);
    std::printf("object_header_bytes %zu\n", sizeof(tickring_object_header));
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    if (argc == 1) {
        return list_operations();
    }
    if (argc == 2 && std::string_view(argv[1]) == "--layout") {
        return tell_layout();
    }
    const long count = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
    for (const Operation &operation : kOperations) {
        if (count > 0 && operation.name == argv[1]) {
            const RingPair pair(1 << 20, operation.publish_every, operation.wait);
            for (long i = 0; i < count; ++i) {
                operation.function(pair);
            }
            return 0;
        }
    }
    std::fprintf(stderr, "usage: operations [--layout | NAME COUNT]; else: the names\n");
    return 2;
}
