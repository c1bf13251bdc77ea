// SPDX-License-Identifier: Apache-2.0
// Rings that differ from tickring's in one choice each, side by side: what docs/decisions/ says of
// these choices is measured here. Two threads on two CPUs, records of 32 bytes, nothing but the
// protocol; tickring's own code is measured by core/benchmarks.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

namespace {

enum class Word {
    kPerRun,    // the first record of a run carries its length
    kPerRecord, // each record carries its own
    kShared     // one index for all, in a line of its own
};

// tickring's choices, but for the batch.
struct Design {
    Word word = Word::kPerRun;
    std::uint32_t batch = 1;        // records published together
    bool clears_ahead = true;       // the word behind the next run is cleared before it is needed
    std::uint32_t pauses = 1;       // between two looks at an empty ring
    bool prefetches = false;        // the next record, for writing, after each publication
    std::uint32_t release_part = 0; // released each capacity / so many; 0: at the end of each run
    std::uint32_t record_bytes = 64;
    bool huge_pages = false;
};

constexpr std::size_t kRingBytes = 1 << 20;
constexpr std::size_t kHugePageBytes = 1 << 21;
constexpr std::size_t kPayloadBytes = 32;

// __builtin_prefetch() asks for reading where the compiler may not assume prefetchw.
void prefetch_for_writing(const void *line) {
#if defined(__x86_64__)
    asm volatile("prefetchw %0" : : "m"(*static_cast<const char *>(line)));
#else
    __builtin_prefetch(line, 1);
#endif
}

struct alignas(128) Position {
    std::atomic<std::uint64_t> value{0};
};

template <Design design> class Ring {
  public:
    Ring() {
        const std::size_t bytes = design.huge_pages ? 2 * kHugePageBytes : kRingBytes;
        pages_ = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (pages_ == MAP_FAILED) {
            std::perror("ring_designs: mmap");
            std::exit(4);
        }
        bytes_ = bytes;
        auto address = reinterpret_cast<std::uintptr_t>(pages_);
        if (design.huge_pages) {
            address = (address + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
            madvise(reinterpret_cast<void *>(address), kHugePageBytes, MADV_HUGEPAGE);
        }
        records_ = reinterpret_cast<std::byte *>(address);
        std::memset(records_, 0, kRingBytes);
    }
    ~Ring() { munmap(pages_, bytes_); }
    Ring(const Ring &) = delete;
    Ring &operator=(const Ring &) = delete;

    bool send(const void *payload) {
        if (written_ - released_seen_ == kRecords - 1) {
            publish();
            released_seen_ =
                released_.value.load(std::memory_order_acquire); // pairs with release()
            if (written_ - released_seen_ == kRecords - 1) {
                return false;
            }
        }
        std::memcpy(record(written_) + 16, payload, kPayloadBytes);
        ++written_;
        if (written_ - published_ == design.batch) {
            publish();
        }
        return true;
    }

    void publish() {
        const std::uint64_t run = published_;
        if (run == written_) {
            return;
        }
        published_ = written_;
        if constexpr (design.word == Word::kShared) {
            head_.value.store(written_, std::memory_order_release); // pairs with look()
            return;
        }
        if (cleared_ != written_) {
            word(written_).store(0, std::memory_order_relaxed); // seen by the release below
        }
        const std::uint64_t first = design.word == Word::kPerRun ? run : written_ - 1;
        for (std::uint64_t i = first + 1; i-- > run;) {
            const auto length = design.word == Word::kPerRun ? written_ - run : 1;
            // pairs with look()
            word(i).store(static_cast<std::uint32_t>(length), std::memory_order_release);
        }
        clear_ahead(2 * written_ - run);
        if (design.prefetches) {
            prefetch_for_writing(record(written_ + design.batch));
        }
    }

    bool receive(void *payload) {
        if (run_left_ == 0 && !look()) {
            return false;
        }
        std::memcpy(payload, record(read_) + 16, kPayloadBytes);
        ++read_;
        --run_left_;
        if (design.release_part == 0 ? run_left_ == 0
                                     : read_ - released_here_ >= kRecords / design.release_part) {
            release();
        }
        return true;
    }

    static void relax() {
        for (std::uint32_t i = 0; i < design.pauses; ++i) {
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
    }

  private:
    static constexpr std::uint64_t kRecords = kRingBytes / design.record_bytes;
    static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

    std::byte *record(std::uint64_t index) {
        return records_ + index % kRecords * design.record_bytes;
    }
    std::atomic_ref<std::uint32_t> word(std::uint64_t index) {
        return std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t *>(record(index)));
    }

    void clear_ahead(std::uint64_t index) {
        cleared_ = kNowhere;
        if (design.clears_ahead && index - released_seen_ < kRecords) {
            word(index).store(0, std::memory_order_relaxed); // as in publish()
            cleared_ = index;
        }
    }

    // Whether there is something to read.
    bool look() {
        if constexpr (design.word == Word::kShared) {
            run_left_ = head_.value.load(std::memory_order_acquire) - read_; // pairs with publish()
        } else {
            run_left_ = word(read_).load(std::memory_order_acquire); // pairs with publish()
        }
        if (run_left_ == 0 && released_here_ != read_) {
            release();
        }
        return run_left_ != 0;
    }

    void release() {
        released_here_ = read_;
        released_.value.store(read_, std::memory_order_release); // pairs with send()
    }

    void *pages_ = nullptr;
    std::size_t bytes_ = 0;
    std::byte *records_ = nullptr;
    Position head_;
    Position released_;
    // The producer's.
    alignas(128) std::uint64_t written_ = 0;
    std::uint64_t published_ = 0;
    std::uint64_t released_seen_ = 0;
    std::uint64_t cleared_ = kNowhere;
    // The consumer's.
    alignas(128) std::uint64_t read_ = 0;
    std::uint64_t run_left_ = 0;
    std::uint64_t released_here_ = 0;
};

cpu_set_t allowed_cpus() {
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    return allowed;
}

// The n-th of the CPUs that this process may use at its start.
void pin_to(int n) {
    static const cpu_set_t allowed = allowed_cpus();
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed) && n-- == 0) {
            cpu_set_t one;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            pthread_setaffinity_np(pthread_self(), sizeof one, &one);
            return;
        }
    }
    std::fprintf(stderr, "ring_designs: needs two CPUs\n");
    std::exit(4);
}

// A thread on the second CPU that does its part for as long as this lives.
template <class Part> std::jthread on_the_second_cpu(Part part) {
    return std::jthread([part](const std::stop_token &stop) {
        pin_to(1);
        while (!stop.stop_requested()) {
            for (int i = 0; i < 256; ++i) {
                part();
            }
        }
    });
}

template <Design design> void stream(benchmark::State &state) {
    Ring<design> ring;
    char sent[kPayloadBytes] = {};
    const auto consumer = on_the_second_cpu([&ring] {
        char received[kPayloadBytes];
        if (ring.receive(received)) {
            benchmark::DoNotOptimize(received);
        } else {
            ring.relax();
        }
    });
    for (auto _ : state) {
        while (!ring.send(sent)) {
        }
    }
    state.SetItemsProcessed(state.iterations());
}

template <Design design> void round_trip(benchmark::State &state) {
    Ring<design> there;
    Ring<design> back;
    char sent[kPayloadBytes] = {};
    const auto echo = on_the_second_cpu([&there, &back] {
        char passed[kPayloadBytes];
        if (there.receive(passed)) {
            back.send(passed);
        } else {
            there.relax();
        }
    });
    char received[kPayloadBytes];
    for (auto _ : state) {
        there.send(sent);
        while (!back.receive(received)) {
            back.relax();
        }
    }
    state.SetItemsProcessed(state.iterations());
}

template <Design one, Design many> void add(const std::string &name) {
    benchmark::RegisterBenchmark(("round_trip/" + name).c_str(), round_trip<one>)->UseRealTime();
    benchmark::RegisterBenchmark(("stream_of_1/" + name).c_str(), stream<one>)->UseRealTime();
    benchmark::RegisterBenchmark(("stream_of_32/" + name).c_str(), stream<many>)->UseRealTime();
}

constexpr Design in_batches(Design design) {
    design.batch = 32;
    return design;
}

#define TICKRING_ADD(name, ...) add<Design{__VA_ARGS__}, in_batches(Design{__VA_ARGS__})>(name)

} // namespace

int main(int argc, char **argv) {
    pin_to(0);
    TICKRING_ADD("as tickring", .word = Word::kPerRun);
    TICKRING_ADD("a word per record", .word = Word::kPerRecord);
    TICKRING_ADD("a shared index", .word = Word::kShared);
    TICKRING_ADD("cleared at publication", .clears_ahead = false);
    TICKRING_ADD("no pause between looks", .pauses = 0);
    TICKRING_ADD("four pauses between looks", .pauses = 4);
    TICKRING_ADD("next record prefetched for writing", .prefetches = true);
    TICKRING_ADD("released each eighth of the ring", .release_part = 8);
    TICKRING_ADD("released each half of the ring", .release_part = 2);
    TICKRING_ADD("records of 128 bytes", .record_bytes = 128);
    TICKRING_ADD("huge pages", .huge_pages = true);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
