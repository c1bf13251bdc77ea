// SPDX-License-Identifier: Apache-2.0
// test_ring.hpp: a real ring in this process, both sides over the one mapping that the race
// detectors can follow.
#pragma once

#include "shared_object.hpp"

#include <tickring/wait.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

namespace tickring {

struct TestRing {
    struct Setup {
        std::uint64_t capacity_bytes = 4096;
        std::uint32_t publish_every = 1;
        bool peer_sleeps = true;
        std::uint64_t origin = 0;
    };

    TestRing() : TestRing(Setup{}) {}
    explicit TestRing(const Setup &setup)
        : ring(make(setup)),
          producer(ProducerMemory(ring),
                   {setup.capacity_bytes, setup.publish_every, setup.peer_sleeps, setup.origin}),
          consumer(ConsumerMemory(ring), {setup.capacity_bytes, setup.peer_sleeps, setup.origin}) {}
    ~TestRing() {
        unmap(data);
        unmap(feedback);
    }
    TestRing(const TestRing &) = delete;
    TestRing &operator=(const TestRing &) = delete;

    Code send(std::string_view text, std::uint32_t type_id = 0) {
        std::byte *payload = nullptr;
        const Code code = producer.try_acquire(text.size(), payload);
        if (code != Code::kOk) {
            return code;
        }
        std::memcpy(payload, text.data(), text.size());
        return producer.commit(text.size(), type_id);
    }

    // The next message's payload, given back at once; nothing when there is none.
    std::optional<std::string> receive() {
        Message message;
        if (consumer.try_acquire(message) != Code::kOk) {
            return std::nullopt;
        }
        std::string text(reinterpret_cast<const char *>(message.payload), message.payload_bytes);
        EXPECT_EQ(consumer.commit(), Code::kOk);
        return text;
    }

    Code try_receive() {
        Message message;
        return consumer.try_acquire(message);
    }

    [[nodiscard]] std::uint32_t &commit_word(std::uint64_t position) const {
        return ring.record(position).commit;
    }

    Mapping data;
    Mapping feedback;
    MappedRing ring;
    Producer producer;
    Consumer consumer;

  private:
    MappedRing make(const Setup &setup) {
        for (auto [kind, mapping] :
             {std::pair{ObjectKind::kData, &data}, {ObjectKind::kFeedback, &feedback}}) {
            int descriptor = -1;
            if (create_object(kind, setup.capacity_bytes, descriptor, *mapping) != Code::kOk) {
                throw std::runtime_error("cannot create a memory object");
            }
            close(descriptor);
        }
        MappedRing made = ring_in(data, feedback, setup.capacity_bytes);
        made.consumer->released = setup.origin;
        return made;
    }
};

} // namespace tickring
