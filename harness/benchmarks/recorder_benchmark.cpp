// SPDX-License-Identifier: Apache-2.0
// What the recorder adds to each message of a consumer, beside the clock that it reads.
#include <tickring/recorder.h>

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t kPeriod_ns = 100;  // between messages
constexpr std::uint64_t kLatency_ns = 900; // of the first; the others vary

// A recorder as a run has it, in a folder of its own.
class Recorder {
  public:
    explicit Recorder(std::uint64_t rate_per_s, bool is_stamped = true) {
        char folder[] = "/tmp/tickring-benchmark-XXXXXX";
        if (mkdtemp(folder) == nullptr) {
            std::perror("tickring: cannot make a folder in /tmp");
            std::exit(4);
        }
        folder_ = folder;
        tickring_recorder_options_t options{};
        options.struct_bytes = sizeof options;
        options.stamped = is_stamped ? 1 : 0;
        options.publish_every = 32;
        options.messages_per_window = 10'000;
        options.rate_per_s = rate_per_s;
        options.directory = folder_.c_str();
        if (tickring_recorder_open(&options, &recorder_) != 0) {
            std::fprintf(stderr, "tickring: %s\n", tickring_recorder_error_text());
            std::exit(4);
        }
        start_ns = tickring_recorder_now_ns(recorder_);
        tickring_recorder_start(recorder_, start_ns);
    }
    ~Recorder() {
        tickring_recorder_close(recorder_);
        std::filesystem::remove_all(folder_);
    }
    Recorder(const Recorder &) = delete;
    Recorder &operator=(const Recorder &) = delete;

    tickring_recorder_t *get() const { return recorder_; }
    std::uint64_t start_ns = 0;

  private:
    std::string folder_;
    tickring_recorder_t *recorder_ = nullptr;
};

// A MarketTick of the workload.
struct Tick {
    char bytes[32] = "BTCUSDT";

    void set(std::uint64_t sequence, std::uint64_t stamp_ns) {
        const double price = 60'000.0 + static_cast<double>(sequence % 1024) / 4;
        const auto quantity = static_cast<std::uint32_t>(sequence);
        std::memcpy(bytes + 8, &price, sizeof price);
        std::memcpy(bytes + 16, &quantity, sizeof quantity);
        std::memcpy(bytes + 20, &stamp_ns, sizeof stamp_ns);
    }
};

// A tick where a ring has one.
struct alignas(64) Slot {
    Tick tick;
};
constexpr std::uint64_t kSlots = 16384;

// What the loop itself costs, to be taken off the rows below.
void make_a_tick(benchmark::State &state) {
    Tick tick;
    std::uint64_t sequence = 0;
    for (auto _ : state) {
        tick.set(sequence, sequence * kPeriod_ns);
        benchmark::DoNotOptimize(tick);
        ++sequence;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(make_a_tick);

// Argument: messages per second of an open loop; 0: closed loop.
void record_a_tick(benchmark::State &state) {
    const Recorder recorder(static_cast<std::uint64_t>(state.range(0)));
    Tick tick;
    std::uint64_t sequence = 0;
    for (auto _ : state) {
        const std::uint64_t stamp_ns = recorder.start_ns + sequence * kPeriod_ns;
        tick.set(sequence, stamp_ns);
        const std::uint64_t receipt_ns = stamp_ns + kLatency_ns + sequence % 512;
        tickring_recorder_tick(recorder.get(), tick.bytes, sizeof tick.bytes,
                               sequence % 2 == 0 ? 1 : 2, receipt_ns,
                               static_cast<std::uint32_t>(sequence % 32));
        ++sequence;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(record_a_tick)->ArgName("rate_per_s")->Arg(0)->Arg(10'000'000);

// What no transport can do without where only the throughput counts: the messages are in this CPU's
// cache, as many as a ring of 1 MiB holds, and the clock is read for every 64th.
void record_unstamped_ticks(benchmark::State &state) {
    const Recorder recorder(0, false);
    std::vector<Slot> ring(kSlots);
    std::uint64_t sequence = 0;
    std::uint64_t receipt_ns = 0;
    while (state.KeepRunningBatch(kSlots)) {
        state.PauseTiming();
        for (std::uint64_t i = 0; i < kSlots; ++i) {
            ring[i].tick.set(sequence + i, 0);
        }
        state.ResumeTiming();
        for (const Slot &slot : ring) {
            if (sequence % 64 == 0) {
                receipt_ns = tickring_recorder_now_ns(recorder.get());
            }
            tickring_recorder_tick(recorder.get(), slot.tick.bytes, sizeof slot.tick.bytes,
                                   sequence % 2 == 0 ? 1 : 2, receipt_ns,
                                   TICKRING_RECORDER_POSITION_UNKNOWN);
            ++sequence;
        }
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(record_unstamped_ticks);

void read_the_clock(benchmark::State &state) {
    const Recorder recorder(0);
    for (auto _ : state) {
        benchmark::DoNotOptimize(tickring_recorder_now_ns(recorder.get()));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_the_clock);

} // namespace

BENCHMARK_MAIN();
