// SPDX-License-Identifier: Apache-2.0
// The ring's operations one by one, through the C interface. Within one thread they cost what the
// instructions cost; across two threads what the cache lines cost. A rate of two threads says
// nothing where both run on one CPU: they are pinned to the first two that this process may use.
#include "ring_pair.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sched.h>

namespace {

using tickring::benchmarks::kBatchMessages;
using tickring::benchmarks::receive;
using tickring::benchmarks::receive_batch;
using tickring::benchmarks::RingPair;
using tickring::benchmarks::send;
using tickring::benchmarks::send_batch;
using tickring::benchmarks::send_by_one_call;

constexpr std::size_t kCapacityBytes = 1 << 20;
constexpr std::int64_t kBatch = 1024; // messages in flight at most, far from a full ring

void count_messages(benchmark::State &state, std::int64_t messages_per_iteration,
                    std::int64_t payload_bytes) {
    state.SetItemsProcessed(state.iterations() * messages_per_iteration);
    state.SetBytesProcessed(state.iterations() * messages_per_iteration * payload_bytes);
}

// Arguments: payload_bytes, publish_every.
template <auto receive_some> void send_and_receive(benchmark::State &state) {
    const auto payload_bytes = static_cast<std::size_t>(state.range(0));
    const RingPair pair(kCapacityBytes, static_cast<std::uint32_t>(state.range(1)),
                        TICKRING_WAIT_SPIN);
    const std::vector<std::byte> payload(payload_bytes);
    const std::int64_t batch = payload_bytes > 256 ? 32 : kBatch;
    for (auto _ : state) {
        for (std::int64_t i = 0; i < batch; ++i) {
            send(pair.producer, payload.data(), payload_bytes);
        }
        tickring_flush(pair.producer);
        while (receive_some(pair.consumer)) {
        }
    }
    count_messages(state, batch, state.range(0));
}
BENCHMARK(send_and_receive<receive>)
    ->Name("send_and_receive")
    ->ArgNames({"payload_bytes", "publish_every"})
    ->ArgsProduct({{0, 32, 256, 4096}, {1, 32}});
BENCHMARK(send_and_receive<receive_batch<0>>)
    ->Name("send_and_receive_batch")
    ->ArgNames({"payload_bytes", "publish_every"})
    ->ArgsProduct({{32}, {1, 32}});

void acquire_and_rollback(benchmark::State &state) {
    const RingPair pair(kCapacityBytes, 1, TICKRING_WAIT_SPIN);
    for (auto _ : state) {
        benchmark::DoNotOptimize(tickring_acquire_tx(pair.producer, 32));
        tickring_rollback_tx(pair.producer);
    }
    count_messages(state, 1, 32);
}
BENCHMARK(acquire_and_rollback);

void look_at_an_empty_ring(benchmark::State &state) {
    const RingPair pair(kCapacityBytes, 1, TICKRING_WAIT_SPIN);
    for (auto _ : state) {
        receive(pair.consumer);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(look_at_an_empty_ring);

// What the producer pays for a consumer that may sleep: a fence after each publication.
void publish_beside_a_sleeper(benchmark::State &state) {
    const RingPair pair(kCapacityBytes, 1, TICKRING_WAIT_PARK);
    const std::vector<std::byte> payload(32);
    for (auto _ : state) {
        send(pair.producer, payload.data(), payload.size());
        receive(pair.consumer);
    }
    count_messages(state, 1, 32);
}
BENCHMARK(publish_beside_a_sleeper);

// The n-th CPU that this process may use; -1: there is none.
int allowed_cpu(int n) {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed) && n-- == 0) {
            return cpu;
        }
    }
    return -1;
}

void pin_to(int cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
}

// Runs `peer` on the second CPU for as long as it lives, and this thread on the first.
class Beside {
  public:
    template <class Peer> explicit Beside(Peer peer) {
        sched_getaffinity(0, sizeof before_, &before_);
        const int second = allowed_cpu(1);
        thread_ = std::jthread([peer, second](const std::stop_token &stop) {
            pin_to(second);
            while (!stop.stop_requested()) {
                peer();
            }
        });
        pin_to(allowed_cpu(0));
    }
    ~Beside() {
        thread_.request_stop();
        thread_.join();
        pthread_setaffinity_np(pthread_self(), sizeof before_, &before_);
    }
    Beside(const Beside &) = delete;
    Beside &operator=(const Beside &) = delete;

  private:
    cpu_set_t before_;
    std::jthread thread_;
};

bool lacks_a_second_cpu(benchmark::State &state) {
    if (allowed_cpu(1) < 0) {
        state.SkipWithError("needs two CPUs");
        return true;
    }
    return false;
}

// Arguments: payload_bytes, publish_every. An iteration is one message into a saturated ring.
template <auto receive_some> void stream_between_threads(benchmark::State &state) {
    if (lacks_a_second_cpu(state)) {
        return;
    }
    const auto payload_bytes = static_cast<std::size_t>(state.range(0));
    const RingPair pair(kCapacityBytes, static_cast<std::uint32_t>(state.range(1)),
                        TICKRING_WAIT_SPIN);
    const std::vector<std::byte> payload(payload_bytes);
    const Beside consumer([&pair] {
        for (int i = 0; i < 256; ++i) {
            receive_some(pair.consumer);
        }
    });
    for (auto _ : state) {
        while (!send(pair.producer, payload.data(), payload_bytes)) {
        }
    }
    count_messages(state, 1, state.range(0));
}
BENCHMARK(stream_between_threads<receive>)
    ->Name("stream_between_threads")
    ->ArgNames({"payload_bytes", "publish_every"})
    ->ArgsProduct({{32, 256}, {1, 32}})
    ->UseRealTime();
// A consumer that waits, and so may stay behind.
BENCHMARK(stream_between_threads<receive_batch<1'000'000>>)
    ->Name("stream_of_batches_between_threads")
    ->ArgNames({"payload_bytes", "publish_every"})
    ->ArgsProduct({{32}, {1, 32}})
    ->UseRealTime();

// The part of one side, timed, while the other one waits for its turn: what a line costs that the
// other CPU has used last, where nobody else is after it. An iteration is a quarter of the ring.
template <auto send_some, bool sends, std::int64_t messages_a_call = 1>
void in_turns(benchmark::State &state) {
    if (lacks_a_second_cpu(state)) {
        return;
    }
    constexpr std::int64_t kMessages = 4096;
    const RingPair pair(kCapacityBytes, 32, TICKRING_WAIT_SPIN);
    const std::vector<std::byte> payload(32);
    const auto send_all = [&] {
        for (std::int64_t i = 0; i < kMessages; i += messages_a_call) {
            send_some(pair.producer, payload.data(), payload.size());
        }
    };
    const auto receive_all = [&] {
        while (receive_batch<0>(pair.consumer)) {
        }
    };
    std::binary_semaphore theirs(0);
    std::binary_semaphore ours(0);
    const Beside other([&] {
        if (theirs.try_acquire_for(std::chrono::milliseconds(1))) { // or it may be over
            sends ? receive_all() : send_all();
            ours.release();
        }
    });
    const auto pass_on = [&] {
        theirs.release();
        ours.acquire();
    };
    for (auto _ : state) {
        if (!sends) {
            pass_on();
        }
        const auto begin = std::chrono::steady_clock::now();
        sends ? send_all() : receive_all();
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        state.SetIterationTime(elapsed.count());
        if (sends) {
            pass_on();
        }
    }
    count_messages(state, kMessages, 32);
}
BENCHMARK(in_turns<send, true>)->Name("send_in_turns")->UseManualTime();
BENCHMARK(in_turns<send_by_one_call, true>)->Name("send_by_one_call_in_turns")->UseManualTime();
BENCHMARK(in_turns<send_batch, true, kBatchMessages>)
    ->Name("send_batches_in_turns")
    ->UseManualTime();
BENCHMARK(in_turns<send, false>)->Name("receive_batches_in_turns")->UseManualTime();

// An iteration is one message there and one back.
void round_trip_between_threads(benchmark::State &state) {
    if (lacks_a_second_cpu(state)) {
        return;
    }
    const RingPair there(kCapacityBytes, 1, TICKRING_WAIT_SPIN);
    const RingPair back(kCapacityBytes, 1, TICKRING_WAIT_SPIN);
    const std::vector<std::byte> payload(32);
    const Beside echo([&] {
        for (int i = 0; i < 256; ++i) {
            if (receive(there.consumer)) {
                send(back.producer, payload.data(), payload.size());
            }
        }
    });
    for (auto _ : state) {
        send(there.producer, payload.data(), payload.size());
        while (!receive(back.consumer)) {
        }
    }
    count_messages(state, 1, 32);
}
BENCHMARK(round_trip_between_threads)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
