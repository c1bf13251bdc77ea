// SPDX-License-Identifier: Apache-2.0
#include "trace.hpp"

#include <algorithm>
#include <cstdlib>

#include <sys/resource.h>

namespace tickring {
namespace {

constexpr std::uint32_t kMessagesPerLook = 32; // of a long run
// Slewing moves the clocks apart by 0.5 us in a millisecond at most.
constexpr std::int64_t kLeastStep_ns = 20'000;
constexpr std::int64_t kSlewDivisor = 2'000;

std::int64_t now_on(clockid_t clock) noexcept {
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// Interrupted between its two looks at the clocks it would see a step: the closest pair counts.
std::int64_t realtime_offset_ns() noexcept {
    std::int64_t least_ns = INT64_MAX;
    std::int64_t offset_ns = 0;
    for (int i = 0; i < 3; ++i) {
        const std::int64_t before_ns = now_on(CLOCK_MONOTONIC);
        const std::int64_t real_ns = now_on(CLOCK_REALTIME);
        const std::int64_t after_ns = now_on(CLOCK_MONOTONIC);
        if (after_ns - before_ns < least_ns) {
            least_ns = after_ns - before_ns;
            offset_ns = real_ns - before_ns - least_ns / 2;
        }
    }
    return offset_ns;
}

ThreadUsage thread_usage() noexcept {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return {now_on(CLOCK_MONOTONIC), now_on(CLOCK_THREAD_CPUTIME_ID),
            usage.ru_nvcsw,          usage.ru_nivcsw,
            usage.ru_minflt,         usage.ru_majflt,
            realtime_offset_ns()};
}

std::uint32_t count_since(std::int64_t before, std::int64_t now) noexcept {
    return static_cast<std::uint32_t>(now - before);
}

} // namespace

void Trace::start(void *block, std::uint64_t message_capacity, std::uint64_t event_capacity,
                  std::uint32_t role, std::uint32_t clock, std::uint64_t gap_ns) noexcept {
    header_ = static_cast<tickring_trace_header_t *>(block);
    *header_ = {TICKRING_TRACE_MAGIC, role, clock, gap_ns, message_capacity, 0,
                event_capacity,       0,    0};
    messages_ = reinterpret_cast<tickring_trace_message_t *>(header_ + 1);
    events_ = reinterpret_cast<tickring_trace_event_t *>(messages_ + message_capacity);
    clock_ = clock == TICKRING_CLOCK_MONOTONIC ? CLOCK_MONOTONIC : CLOCK_REALTIME;
    first_pending_ = publications_count_ = seen_ns_ = 0;
    is_noting_ = true;
    stretch_messages_ = until_turn_ = 0;
    usage_ = thread_usage();
    last_ns_ = read_clock();
}

void Trace::alternate(std::uint64_t stretch_messages) noexcept {
    std::fill_n(messages_, header_->message_capacity, tickring_trace_message_t{});
    stretch_messages_ = until_turn_ = stretch_messages;
}

// What was pending or being read when a stretch began is not known.
void Trace::turn() noexcept {
    until_turn_ = stretch_messages_;
    is_noting_ = !is_noting_;
    if (is_noting_) {
        first_pending_ = header_->message_count;
        seen_ns_ = 0;
        usage_ = thread_usage();
        last_ns_ = read_clock();
    }
}

std::uint64_t Trace::read_clock() noexcept {
    ++header_->clock_reads_count;
    return static_cast<std::uint64_t>(now_on(clock_));
}

std::uint64_t Trace::look() noexcept {
    const std::uint64_t now_ns = read_clock();
    const std::uint64_t last_ns = last_ns_;
    last_ns_ = now_ns;
    if (now_ns - last_ns > header_->gap_ns) [[unlikely]] { // also when the clock went back
        note_gap(last_ns, now_ns);
    }
    return now_ns;
}

// The usage since the last event is that of this gap: what leaves the CPU makes a gap.
void Trace::note_gap(std::uint64_t from_ns, std::uint64_t to_ns) noexcept {
    const ThreadUsage before = usage_;
    usage_ = thread_usage();
    const std::int64_t elapsed_ns = usage_.at_ns - before.at_ns;
    const std::int64_t step_ns = usage_.realtime_offset_ns - before.realtime_offset_ns;
    if (clock_ == CLOCK_REALTIME &&
        std::abs(step_ns) > std::max(kLeastStep_ns, elapsed_ns / kSlewDivisor)) {
        add({TICKRING_TRACE_CLOCK_STEP, 0, std::min(from_ns, to_ns), std::max(from_ns, to_ns),
             static_cast<std::uint64_t>(std::abs(step_ns)), 0, 0, 0, 0});
        return;
    }
    const std::int64_t gap_ns = static_cast<std::int64_t>(to_ns - from_ns);
    if (gap_ns <= 0) {
        return; // a clock that was set back by next to nothing
    }
    const std::int64_t off_cpu_ns = elapsed_ns - (usage_.cpu_ns - before.cpu_ns);
    add({TICKRING_TRACE_GAP, 0, from_ns, to_ns,
         static_cast<std::uint64_t>(std::clamp<std::int64_t>(off_cpu_ns, 0, gap_ns)),
         count_since(before.voluntary_switches, usage_.voluntary_switches),
         count_since(before.involuntary_switches, usage_.involuntary_switches),
         count_since(before.minor_faults, usage_.minor_faults),
         count_since(before.major_faults, usage_.major_faults)});
}

void Trace::commit_begins(std::uint64_t publications_count) noexcept {
    published(last_ns_, publications_count); // an acquire published before it found room
}

void Trace::committed(std::uint64_t now_ns, std::uint64_t publications_count) noexcept {
    const std::uint64_t number = header_->message_count;
    if (number < header_->message_capacity) {
        messages_[number] = {now_ns, 0};
    }
    count_message();
    published(now_ns, publications_count);
}

void Trace::published(std::uint64_t now_ns, std::uint64_t publications_count) noexcept {
    if (publications_count == publications_count_) {
        return;
    }
    publications_count_ = publications_count;
    const std::uint64_t end = std::min(header_->message_count, header_->message_capacity);
    for (; first_pending_ < end; ++first_pending_) {
        messages_[first_pending_].visible_ns = now_ns;
    }
}

void Trace::waited_for_room(std::uint64_t from_ns) noexcept {
    add({TICKRING_TRACE_FULL, 0, from_ns, look(), 0, 0, 0, 0, 0});
}

void Trace::received(std::uint32_t run_position) noexcept {
    if (!is_noting_) {
        count_message();
        return;
    }
    if (run_position == 0) {
        seen_ns_ = look();
    } else if (run_position % kMessagesPerLook == 0) {
        (void)look();
    }
    const std::uint64_t number = header_->message_count;
    if (number < header_->message_capacity) {
        messages_[number] = {0, seen_ns_};
    }
    count_message();
}

// A sleep is no gap: what it counts is forgotten.
void Trace::slept(std::uint64_t from_ns) noexcept {
    last_ns_ = read_clock();
    usage_ = thread_usage();
    add({TICKRING_TRACE_SLEPT, 0, from_ns, last_ns_, 0, 0, 0, 0, 0});
}

void Trace::add(const tickring_trace_event_t &event) noexcept {
    const std::uint64_t number = header_->event_count++;
    if (number < header_->event_capacity) {
        events_[number] = event;
    }
}

} // namespace tickring
