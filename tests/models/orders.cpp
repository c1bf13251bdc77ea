// SPDX-License-Identifier: Apache-2.0
// The ring's own templates under relacy, which plays the memory model of C++: what a load may see
// under the orders that memory.hpp spells, in many interleavings, with every plain access watched
// for races. A weakened order has to be noticed: see kOrders.
//
//     orders [NAME [ITERATIONS]]      NAME: one of kOrders; default "as written"
//
// Exit status: 0 when nothing was found, 1 when something was, 2 for an unknown name.
#include <tickring/consumer.hpp>
#include <tickring/producer.hpp>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include <relacy/relacy.hpp>

namespace tickring {
namespace {

constexpr std::uint64_t kUnits = 4;
constexpr std::uint64_t kCapacity_bytes = kUnits * kUnitBytes;
constexpr unsigned kMessages = 6;

// The orders of memory.hpp, one of which a run may weaken.
struct Orders {
    std::string_view name;
    rl::memory_order store_commit = rl::mo_release;
    rl::memory_order load_commit = rl::mo_acquire;
    rl::memory_order store_released = rl::mo_release;
    rl::memory_order load_released = rl::mo_acquire;
    rl::memory_order producer_fence = rl::mo_seq_cst;
    rl::memory_order consumer_fence = rl::mo_seq_cst;
};

constexpr Orders kOrders[] = {
    {"as written"},
    {.name = "publication relaxed", .store_commit = rl::mo_relaxed},
    {.name = "look at a publication relaxed", .load_commit = rl::mo_relaxed},
    {.name = "release of room relaxed", .store_released = rl::mo_relaxed},
    {.name = "look at room relaxed", .load_released = rl::mo_relaxed},
    {.name = "producer's fence acquire and release", .producer_fence = rl::mo_acq_rel},
    {.name = "consumer's fence acquire and release", .consumer_fence = rl::mo_acq_rel},
};

const Orders *g_orders = kOrders;

void fence(rl::memory_order order) { rl::atomic_thread_fence(order, RL_INFO); }

// A futex: the kernel's lock makes the look at the word and the sleep one step.
class Futex {
  public:
    template <class Word, class Value> void wait(Word &word, Value expected) {
        lock_.lock(RL_INFO);
        if (word.load(rl::mo_relaxed, RL_INFO) == expected) {
            sleepers_.wait(lock_, RL_INFO);
        }
        lock_.unlock(RL_INFO);
    }
    void wake() {
        fence(rl::mo_seq_cst);
        lock_.lock(RL_INFO);
        sleepers_.notify_all(RL_INFO);
        lock_.unlock(RL_INFO);
    }

  private:
    rl::mutex lock_;
    rl::condition_variable_any sleepers_;
};

// What both sides share. Headers and payloads are plain: relacy reports a race on them.
struct Shared {
    rl::atomic<std::uint32_t> commit[kUnits];
    rl::var<std::uint32_t> payload_bytes[kUnits];
    rl::var<std::uint32_t> payload[kUnits];
    rl::atomic<std::uint32_t> wants_room;
    rl::atomic<std::uint64_t> released;
    rl::atomic<std::uint32_t> waiting;
    Futex consumer;
    Futex producer;

    Shared() {
        for (std::uint64_t unit = 0; unit < kUnits; ++unit) {
            commit[unit].store(0, rl::mo_relaxed, RL_INFO);
        }
        wants_room.store(0, rl::mo_relaxed, RL_INFO);
        released.store(0, rl::mo_relaxed, RL_INFO);
        waiting.store(0, rl::mo_relaxed, RL_INFO);
    }
    static std::uint64_t at(std::uint64_t position) { return position / kUnitBytes % kUnits; }
};

// ProducerMemory and ConsumerMemory in one.
class RelacyMemory {
  public:
    explicit RelacyMemory(Shared &shared) : shared_(&shared) {}

    static std::byte *payload(std::uint64_t) { return nullptr; }
    void write_header(std::uint64_t position, std::uint32_t payload_bytes, std::uint32_t) {
        shared_->payload_bytes[Shared::at(position)](RL_INFO) = payload_bytes;
    }
    void clear_commit(std::uint64_t position) {
        shared_->commit[Shared::at(position)].store(0, rl::mo_relaxed, RL_INFO);
    }
    void store_commit(std::uint64_t position, std::uint32_t units) {
        shared_->commit[Shared::at(position)].store(units, g_orders->store_commit, RL_INFO);
    }
    std::uint64_t load_released() const {
        return shared_->released.load(g_orders->load_released, RL_INFO);
    }
    std::uint32_t load_waiting() const { return shared_->waiting.load(rl::mo_relaxed, RL_INFO); }
    static std::uint32_t load_peer_status() { return 0; }
    void store_wants_room(std::uint32_t mark) {
        shared_->wants_room.store(mark, rl::mo_relaxed, RL_INFO);
    }
    static void store_status(std::uint32_t) {}
    void wake_consumer(std::uint64_t) { shared_->consumer.wake(); }
    SleepEnd sleep_on_released(std::uint64_t seen, std::int64_t) {
        shared_->producer.wait(shared_->released, seen);
        return SleepEnd::kWoken;
    }

    std::uint32_t load_commit(std::uint64_t position) const {
        return shared_->commit[Shared::at(position)].load(g_orders->load_commit, RL_INFO);
    }
    std::uint32_t load_payload_bytes(std::uint64_t position) const {
        return shared_->payload_bytes[Shared::at(position)](RL_INFO);
    }
    static std::uint32_t load_type_id(std::uint64_t) { return 0; }
    void store_released(std::uint64_t position) {
        shared_->released.store(position, g_orders->store_released, RL_INFO);
    }
    std::uint32_t load_wants_room() const {
        return shared_->wants_room.load(rl::mo_relaxed, RL_INFO);
    }
    void store_waiting(std::uint32_t mark) {
        shared_->waiting.store(mark, rl::mo_relaxed, RL_INFO);
    }
    void wake_producer() { shared_->producer.wake(); }
    SleepEnd sleep_on_commit(std::uint64_t position, std::int64_t) {
        shared_->consumer.wait(shared_->commit[Shared::at(position)], 0U);
        return SleepEnd::kWoken;
    }

  protected:
    Shared *shared_;
};

struct ProducersMemory : RelacyMemory {
    using RelacyMemory::RelacyMemory;
    static void fence() { tickring::fence(g_orders->producer_fence); }
};

struct ConsumersMemory : RelacyMemory {
    using RelacyMemory::RelacyMemory;
    static void fence() { tickring::fence(g_orders->consumer_fence); }
};

struct RingTest : rl::test_suite<RingTest, 2> {
    Shared shared;
    static constexpr bool is_odd(unsigned number) { return number % 2 != 0; }

    void thread(unsigned index) {
        if (index == 0) {
            produce();
        } else {
            consume();
        }
    }

    void produce() {
        BasicProducer<ProducersMemory> side(ProducersMemory(shared), {kCapacity_bytes, 2, true, 0});
        std::uint64_t position = 0;
        for (unsigned number = 0; number < kMessages; ++number) {
            const std::uint64_t bytes = is_odd(number) ? 100 : 0;
            std::byte *payload = nullptr;
            Code code = side.try_acquire(bytes, payload);
            if (code == Code::kFull) {
                side.announce_wait(bytes);
                while (side.poll_room(bytes) == Code::kFull) {
                    side.sleep(bytes, 0);
                }
                side.withdraw_wait();
                code = side.try_acquire(bytes, payload);
            }
            RL_ASSERT(code == Code::kOk);
            for (std::uint64_t unit = 0; unit < record_bytes(bytes) / kUnitBytes; ++unit) {
                shared.payload[Shared::at(position + unit * kUnitBytes)](RL_INFO) = number;
            }
            RL_ASSERT(side.commit(bytes, 0) == Code::kOk);
            position += record_bytes(bytes);
        }
        side.close();
    }

    void consume() {
        BasicConsumer<ConsumersMemory> side(ConsumersMemory(shared), {kCapacity_bytes, true, 0});
        std::uint64_t position = 0;
        for (unsigned number = 0;;) {
            Message message;
            const Code code = side.try_acquire(message);
            if (code == Code::kEmpty) {
                side.sleep(0);
                continue;
            }
            if (code == Code::kPeerClosed) {
                RL_ASSERT(number == kMessages);
                return;
            }
            RL_ASSERT(code == Code::kOk);
            RL_ASSERT(message.payload_bytes == (is_odd(number) ? 100 : 0));
            for (std::uint64_t unit = 0; unit < record_bytes(message.payload_bytes) / kUnitBytes;
                 ++unit) {
                const unsigned found =
                    shared.payload[Shared::at(position + unit * kUnitBytes)](RL_INFO);
                RL_ASSERT(found == number);
            }
            position += record_bytes(message.payload_bytes);
            RL_ASSERT(side.commit() == Code::kOk);
            ++number;
        }
    }
};

} // namespace
} // namespace tickring

int main(int argc, char **argv) {
    const std::string_view name = argc > 1 ? argv[1] : "as written";
    for (const auto &orders : tickring::kOrders) {
        if (orders.name == name) {
            tickring::g_orders = &orders;
            rl::test_params params;
            params.iteration_count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000;
            params.search_type = rl::random_scheduler_type;
            return rl::simulate<tickring::RingTest>(params) ? 0 : 1;
        }
    }
    std::cerr << "orders: no order is called '" << name << "'\n";
    return 2;
}
