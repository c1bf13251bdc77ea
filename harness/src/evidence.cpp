// SPDX-License-Identifier: Apache-2.0
#include "evidence.hpp"

#include <algorithm>

namespace tickring {
namespace {

// A minor fault takes the kernel so long at most; a major one waits for a disk.
constexpr std::uint64_t kMinorFaultNs = 3'000;

Evidence whole(Cause cause, std::uint64_t from_ns, std::uint64_t to_ns) {
    return {cause, from_ns, to_ns, to_ns > from_ns ? to_ns - from_ns : 0};
}

// What a gap between two clock reads of a side shows. Its switches tell that the thread was off the
// CPU, the CPU's time how long; without a switch the thread did not leave it by itself.
void add_gap(std::vector<Evidence> &all, const TraceEvent &gap, Cause descheduled) {
    auto evidence = whole(Cause::kOutsideProcess, gap.from_ns, gap.to_ns);
    if (gap.major_faults > 0) {
        evidence.cause = Cause::kPageFault;
    } else if (gap.voluntary_switches + gap.involuntary_switches > 0) {
        evidence.cause = descheduled;
        evidence.most_ns = std::min(evidence.most_ns, gap.off_cpu_ns);
    } else if (gap.minor_faults > 0) {
        auto faults = evidence;
        faults.cause = Cause::kPageFault;
        faults.most_ns = std::min(evidence.most_ns, gap.minor_faults * kMinorFaultNs);
        all.push_back(faults);
    }
    all.push_back(evidence);
}

// When messages became visible, each time once, rising.
std::vector<std::uint64_t> publications_of(const Trace &producer) {
    std::vector<std::uint64_t> times;
    for (const auto &message : producer.messages) {
        if (message.visible_ns != 0 && (times.empty() || times.back() != message.visible_ns)) {
            times.push_back(message.visible_ns);
        }
    }
    std::sort(times.begin(), times.end()); // a clock may have been set back
    return times;
}

// Of a consumer's sleep only what was left of it when there was something to read.
void add_sleep(std::vector<Evidence> &all, const TraceEvent &sleep,
               const std::vector<std::uint64_t> &publications) {
    const auto first = std::lower_bound(publications.begin(), publications.end(), sleep.from_ns);
    if (first != publications.end() && *first < sleep.to_ns) {
        all.push_back(whole(Cause::kWake, *first, sleep.to_ns));
    }
}

void add_side(std::vector<Evidence> &all, const Trace &trace, Cause descheduled,
              const std::vector<std::uint64_t> &publications) {
    const bool consumes = descheduled == Cause::kConsumerDescheduled;
    for (const auto &event : trace.events) {
        switch (event.kind) {
        case EventKind::kGap:
            add_gap(all, event, descheduled);
            break;
        case EventKind::kFull:
            all.push_back(whole(Cause::kRingFull, event.from_ns, event.to_ns));
            break;
        case EventKind::kClockStep:
            all.push_back(whole(Cause::kClockStep, event.from_ns, event.to_ns));
            break;
        case EventKind::kCollection:
            all.push_back(whole(Cause::kGcPause, event.from_ns, event.to_ns));
            break;
        case EventKind::kSlept: // a producer's is part of its wait for room
            if (consumes) {
                add_sleep(all, event, publications);
            }
            break;
        }
    }
}

} // namespace

std::vector<Evidence> evidence_of(const Traces &traces) {
    const auto publications = publications_of(traces.producer);
    std::vector<Evidence> all;
    add_side(all, traces.producer, Cause::kProducerDescheduled, publications);
    add_side(all, traces.consumer, Cause::kConsumerDescheduled, publications);
    std::sort(all.begin(), all.end(),
              [](const Evidence &a, const Evidence &b) { return a.from_ns < b.from_ns; });
    return all;
}

} // namespace tickring
