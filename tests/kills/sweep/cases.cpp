// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"

#include "messages.hpp"

#include <cstring>

namespace tickring::kills {
namespace {

constexpr unsigned kMessagesOfAFullRing = kCapacity_bytes / 64 - 1;
constexpr std::size_t kTwoUnits_bytes = 100;

constexpr std::uint32_t kProducer = TICKRING_ROLE_PRODUCER;
constexpr std::uint32_t kConsumer = TICKRING_ROLE_CONSUMER;

// The sequence number of the message that an operation sends or receives.
template <unsigned char sequence, std::size_t bytes = 8> void send_one(tickring_bus_t *bus) {
    send(bus, sequence, bytes);
}
template <unsigned char sequence, std::size_t count> void send_some(tickring_bus_t *bus) {
    send_batch(bus, sequence, count);
}
template <unsigned char sequence> void receive_one(tickring_bus_t *bus) { receive(bus, sequence); }
template <unsigned char sequence, std::size_t count> void receive_some(tickring_bus_t *bus) {
    receive_batch(bus, sequence, count);
}
void flush(tickring_bus_t *bus) { tickring_flush(bus); }
void close_bus(tickring_bus_t *bus) { tickring_bus_close(bus); }

} // namespace

const std::vector<Case> &cases() {
    static const std::vector<Case> all = {
        {.name = "send", .victim = kProducer, .published_after = 1, .operation = send_one<0>},
        {.name = "send, rolled back",
         .victim = kProducer,
         .operation =
             [](tickring_bus_t *bus) {
                 std::memset(tickring_acquire_tx(bus, kTwoUnits_bytes), 1, kTwoUnits_bytes);
                 tickring_rollback_tx(bus);
             }},
        {.name = "send inside a batch",
         .victim = kProducer,
         .publish_every = 9,
         .sent_before = 3,
         .operation = send_one<3>},
        {.name = "send at the end of a batch",
         .victim = kProducer,
         .publish_every = 4,
         .sent_before = 3,
         .published_after = 4,
         .operation = send_one<3>},
        {.name = "send some by one call",
         .victim = kProducer,
         .publish_every = 4,
         .sent_before = 1,
         .published_after = 4,
         .operation = send_some<1, 3>},
        {.name = "send over the end of the ring",
         .victim = kProducer,
         .sent_before = kMessagesOfAFullRing,
         .received_before = kMessagesOfAFullRing,
         .published_before = kMessagesOfAFullRing,
         .published_after = kMessagesOfAFullRing + 1,
         .operation = send_one<kMessagesOfAFullRing, kTwoUnits_bytes>},
        {.name = "send to a full ring, polling",
         .victim = kProducer,
         .sent_before = kMessagesOfAFullRing,
         .published_before = kMessagesOfAFullRing,
         .published_after = kMessagesOfAFullRing,
         .operation = send_one<0>},
        {.name = "send to a full ring, sleeping",
         .victim = kProducer,
         .wait = TICKRING_WAIT_PARK,
         .sent_before = kMessagesOfAFullRing,
         .published_before = kMessagesOfAFullRing,
         .published_after = kMessagesOfAFullRing,
         .operation = send_one<0>},
        {.name = "send to a sleeping consumer",
         .victim = kProducer,
         .wait = TICKRING_WAIT_PARK,
         .survivor_waits = true,
         .published_after = 1,
         .operation = send_one<0>},
        {.name = "flush",
         .victim = kProducer,
         .publish_every = 9,
         .sent_before = 3,
         .published_after = 3,
         .operation = flush},
        {.name = "close of a producer",
         .victim = kProducer,
         .publish_every = 9,
         .sent_before = 3,
         .published_after = 3,
         .operation = close_bus},
        {.name = "receive", .victim = kConsumer, .sent_before = 3, .operation = receive_one<0>},
        {.name = "receive inside a batch",
         .victim = kConsumer,
         .publish_every = 4,
         .sent_before = 4,
         .received_before = 1,
         .operation = receive_one<1>},
        {.name = "receive at the end of a batch",
         .victim = kConsumer,
         .publish_every = 4,
         .sent_before = 4,
         .received_before = 3,
         .operation = receive_one<3>},
        {.name = "receive a batch",
         .victim = kConsumer,
         .publish_every = 4,
         .sent_before = 4,
         .operation = receive_some<0, 4>},
        {.name = "receive what is left of a batch",
         .victim = kConsumer,
         .publish_every = 4,
         .sent_before = 8,
         .received_before = 1,
         .operation = receive_some<1, 3>},
        {.name = "receive from an empty ring, polling",
         .victim = kConsumer,
         .operation = receive_one<0>},
        {.name = "receive from an empty ring, sleeping",
         .victim = kConsumer,
         .wait = TICKRING_WAIT_PARK,
         .operation = receive_one<0>},
        {.name = "receive beside a producer that sleeps",
         .victim = kConsumer,
         .wait = TICKRING_WAIT_PARK,
         .sent_before = kMessagesOfAFullRing,
         .survivor_waits = true,
         .operation = receive_one<0>},
        {.name = "close of a consumer",
         .victim = kConsumer,
         .sent_before = 3,
         .operation = close_bus},
    };
    return all;
}

} // namespace tickring::kills
