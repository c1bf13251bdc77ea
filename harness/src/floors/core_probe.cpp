// SPDX-License-Identifier: Apache-2.0
#include "floors/core_probe.hpp"

#include "clock.hpp"
#include "floors/pinned.hpp"
#include "groups.hpp"

#include <algorithm>
#include <array>
#include <atomic>

namespace tickring {
namespace {

constexpr std::uint64_t kRoundTrips = 64; // under one pair of clock reads
constexpr std::uint64_t kEnd = ~std::uint64_t{0};
constexpr std::uint64_t kPolls = 1024; // between two looks at the clock
constexpr std::size_t kFewestGroups = 4;

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
std::uint64_t await_change(const Word &word, std::uint64_t seen, std::uint64_t deadline_ns) {
    do {
        for (std::uint64_t polls = 0; polls < kPolls; ++polls) {
            const auto value = word.value.load(std::memory_order_acquire);
            if (value != seen) {
                return value;
            }
            relax();
        }
    } while (monotonic_ns() < deadline_ns);
    return kEnd;
}

void answer_all(Table &table, std::uint64_t budget_ns) {
    const auto deadline_ns = monotonic_ns() + budget_ns;
    for (std::uint64_t ping = 0; ping != kEnd;) {
        ping = await_change(table.ping, ping, deadline_ns);
        table.answer.value.store(ping, std::memory_order_release);
    }
}

// False: the other side is not there.
bool ask_group(Table &table, std::uint64_t &ping, std::uint64_t deadline_ns) {
    for (std::uint64_t i = 0; i < kRoundTrips; ++i) {
        table.ping.value.store(++ping, std::memory_order_release);
        if (await_change(table.answer, ping - 1, deadline_ns) != ping) {
            return false;
        }
    }
    return true;
}

// The first group, which finds cold lines and perhaps nobody there yet, is not kept.
Groups ask_all(Table &table, unsigned groups, std::uint64_t budget_ns) {
    Groups kept{.round_trips_per_group = kRoundTrips, .count = 0, .stride = 1, .elapsed_ns = {}};
    kept.elapsed_ns.reserve(groups);
    const auto deadline_ns = monotonic_ns() + budget_ns;
    std::uint64_t ping = 0;
    for (unsigned group = 0; group <= groups && monotonic_ns() < deadline_ns; ++group) {
        const auto before_ns = monotonic_ns();
        if (!ask_group(table, ping, deadline_ns)) {
            break;
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

CoreProbe probe_cores(const Placement &placement, const ProbeEffort &effort) {
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
                    kept = ask_all(table, effort.groups, effort.budget_ns);
                } else {
                    answer_all(table, effort.budget_ns);
                }
                used_ns[side] = clock_ns(CLOCK_THREAD_CPUTIME_ID) - before_ns;
            });
        if (const auto summary = summarize_groups(kept.elapsed_ns, kept.round_trips_per_group);
            summary && kept.count >= std::min<std::size_t>(effort.groups, kFewestGroups)) {
            probe.rtt_ns.value = summary->trimmed_mean_ns;
            probe.median_ns = summary->p50_ns;
        } else if (probe.rtt_ns.reason.empty()) {
            probe.rtt_ns.reason = "the two CPUs were not both free long enough";
        }
        probe.stolen_ns = std::max(used_ns[0], used_ns[1]);
    }
    probe.at_ns = monotonic_ns();
    return probe;
}

} // namespace tickring
