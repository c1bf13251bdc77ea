// SPDX-License-Identifier: Apache-2.0
#include "floors/core_probe.hpp"

#include "clock.hpp"
#include "floors/pinned.hpp"
#include "round_trips.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace tickring {
namespace {

constexpr std::uint64_t kRoundTrips = 64; // under one pair of clock reads
constexpr std::uint64_t kEnd = ~std::uint64_t{0};
constexpr std::uint64_t kBudget_ns = 100'000'000; // where round trips are very slow

// Between two polls, as the participants do.
void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

// Lines that the processor may fetch in pairs.
struct alignas(128) Word {
    std::atomic<std::uint64_t> value = 0;
};

struct Table {
    Word ping;
    Word answer;
};

// Release and acquire order nothing here but keep the two words in step.
std::uint64_t await_change(const Word &word, std::uint64_t seen) {
    std::uint64_t value = seen;
    while ((value = word.value.load(std::memory_order_acquire)) == seen) {
        relax();
    }
    return value;
}

void answer_all(Table &table) {
    for (std::uint64_t ping = 0; ping != kEnd;) {
        ping = await_change(table.ping, ping);
        table.answer.value.store(ping, std::memory_order_release);
    }
}

// The first group, which finds cold lines and perhaps nobody there yet, is not kept.
Groups ask_all(Table &table, unsigned groups) {
    Groups kept{.round_trips_per_group = kRoundTrips, .count = 0, .stride = 1, .elapsed_ns = {}};
    kept.elapsed_ns.reserve(groups);
    const auto deadline_ns = monotonic_ns() + kBudget_ns;
    std::uint64_t ping = 0;
    auto before_ns = monotonic_ns();
    for (unsigned group = 0; group <= groups && before_ns < deadline_ns; ++group) {
        before_ns = monotonic_ns();
        for (std::uint64_t i = 0; i < kRoundTrips; ++i) {
            table.ping.value.store(++ping, std::memory_order_release);
            await_change(table.answer, ping - 1);
        }
        if (group > 0) {
            kept.elapsed_ns.push_back(monotonic_ns() - before_ns);
            ++kept.count;
        }
    }
    table.ping.value.store(kEnd, std::memory_order_release);
    return kept;
}

std::string obstacle(const Placement &placement) {
    if (!placement.producer_cpu || !placement.consumer_cpu) {
        return "the two sides have no CPUs of their own";
    }
    return placement.producer_cpu == placement.consumer_cpu ? "both sides are on one CPU" : "";
}

} // namespace

CoreProbe probe_cores(const Placement &placement, unsigned groups) {
    CoreProbe probe;
    probe.rtt_ns.reason = obstacle(placement);
    if (probe.rtt_ns.reason.empty()) {
        Table table;
        Groups kept;
        std::array<std::uint64_t, 2> used_ns{};
        probe.rtt_ns.reason =
            run_on_cpus({*placement.consumer_cpu, *placement.producer_cpu}, [&](std::size_t side) {
                const auto before_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
                if (side == 0) {
                    kept = ask_all(table, groups);
                } else {
                    answer_all(table);
                }
                used_ns[side] = clock_ns(CLOCK_THREAD_CPUTIME_ID) - before_ns;
            });
        if (const auto summary = summarize_groups(kept)) {
            probe.rtt_ns.value = summary->trimmed_mean_ns;
            probe.median_ns = summary->p50_ns;
        } else if (probe.rtt_ns.reason.empty()) {
            probe.rtt_ns.reason = "no group of round trips came to its end";
        }
        probe.stolen_ns = std::max(used_ns[0], used_ns[1]);
    }
    probe.at_ns = monotonic_ns();
    return probe;
}

} // namespace tickring
