// SPDX-License-Identifier: Apache-2.0
// ring.cpp: the ring alone, between two threads, in memory of the caller's own. Only headers are
// used; the library is needed for buses between processes.
//
//     c++ -std=c++20 ring.cpp $(pkg-config --cflags tickring) -pthread -o ring && ./ring 100000
#include <tickring/consumer.hpp>
#include <tickring/producer.hpp>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

namespace {

constexpr std::uint64_t kCapacity_bytes = 1 << 16; // a power of two, in whole pages
constexpr std::uint32_t kValue = 1;
constexpr std::uint32_t kEndOfStream = 0;

// The records have to lie twice, back to back, so that a message at the end of the ring runs on:
// two mappings of one memory file. All of it is zero at first, as the ring wants it.
class OwnMemory {
  public:
    OwnMemory() {
        const int file = memfd_create("ring", MFD_CLOEXEC);
        void *const both =
            mmap(nullptr, 2 * kCapacity_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (file < 0 || both == MAP_FAILED || ftruncate(file, kCapacity_bytes) != 0) {
            throw std::runtime_error("no memory for the ring");
        }
        records_ = static_cast<std::byte *>(both);
        for (std::byte *half : {records_, records_ + kCapacity_bytes}) {
            if (mmap(half, kCapacity_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
                     0) == MAP_FAILED) {
                throw std::runtime_error("cannot map the ring");
            }
        }
        close(file);
    }
    ~OwnMemory() { munmap(records_, 2 * kCapacity_bytes); }
    OwnMemory(const OwnMemory &) = delete;
    OwnMemory &operator=(const OwnMemory &) = delete;

    tickring::MappedRing ring() { return {records_, &producer_, &consumer_, kCapacity_bytes}; }

  private:
    std::byte *records_ = nullptr;
    alignas(TICKRING_SHARING_BYTES) tickring_producer_control producer_{};
    alignas(TICKRING_SHARING_BYTES) tickring_consumer_control consumer_{};
};

// Both sides poll. tickring/wait.hpp has what sleeps and looks for a peer's death.
void send(tickring::Producer &producer, std::uint64_t value, std::uint32_t type_id) {
    std::byte *payload = nullptr;
    tickring::Code code = producer.try_acquire(sizeof value, payload);
    while (code == tickring::Code::kFull) {
        std::this_thread::yield();
        code = producer.try_acquire(sizeof value, payload);
    }
    if (code != tickring::Code::kOk) {
        std::abort(); // only a fault of this program gets here
    }
    std::memcpy(payload, &value, sizeof value);
    (void)producer.commit(sizeof value, type_id);
}

void produce(tickring::Producer &producer, std::uint64_t messages) {
    for (std::uint64_t value = 0; value < messages; ++value) {
        send(producer, value, kValue);
    }
    send(producer, 0, kEndOfStream);
    producer.close(); // publishes what is left
}

std::uint64_t sum_of_all(tickring::Consumer &consumer) {
    std::uint64_t sum = 0;
    for (;;) {
        tickring::Message message;
        const tickring::Code code = consumer.try_acquire(message);
        if (code == tickring::Code::kEmpty) {
            std::this_thread::yield();
            continue;
        }
        if (code != tickring::Code::kOk || message.type_id == kEndOfStream) {
            return sum;
        }
        std::uint64_t value = 0;
        std::memcpy(&value, message.payload, sizeof value);
        sum += value;
        (void)consumer.commit(); // the payload goes back to the producer
    }
}

} // namespace

int main(int argc, char **argv) {
    const std::uint64_t messages = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
    OwnMemory memory;
    tickring::Producer producer(tickring::ProducerMemory(memory.ring()),
                                {.capacity_bytes = kCapacity_bytes,
                                 .publish_every = 32,
                                 .peer_sleeps = false}); // neither side ever sleeps
    tickring::Consumer consumer(tickring::ConsumerMemory(memory.ring()),
                                {.capacity_bytes = kCapacity_bytes, .peer_sleeps = false});
    std::thread sender([&] { produce(producer, messages); });
    const std::uint64_t sum = sum_of_all(consumer);
    sender.join();
    std::cout << consumer.stats().messages_count - 1 << " messages in "
              << consumer.stats().publications_count << " publications, sum " << sum << '\n';
    return sum == messages * (messages - 1) / 2 ? 0 : 1;
}
