// SPDX-License-Identifier: Apache-2.0
// trace.hpp: what a traced end of a bus notes (trace.h). One thread at a time.
#pragma once

#include <tickring/futex.hpp>
#include <tickring/geometry.hpp>
#include <tickring/trace.h>

namespace tickring {

// What the kernel has counted for this thread.
struct ThreadUsage {
    std::int64_t at_ns = 0;  // CLOCK_MONOTONIC
    std::int64_t cpu_ns = 0; // that the thread was charged for
    std::int64_t voluntary_switches = 0;
    std::int64_t involuntary_switches = 0;
    std::int64_t minor_faults = 0;
    std::int64_t major_faults = 0;
    std::int64_t realtime_offset_ns = 0; // CLOCK_REALTIME - CLOCK_MONOTONIC
};

// Lies in a bus; nothing in it needs a destructor.
class Trace {
  public:
    [[nodiscard]] bool is_on() const noexcept { return header_ != nullptr; }

    // block was checked by check_block().
    void start(void *block, std::uint64_t message_capacity, std::uint64_t event_capacity,
               std::uint32_t role, std::uint32_t clock, std::uint64_t gap_ns) noexcept;
    void stop() noexcept { header_ = nullptr; }

    // Whether the next message is noted.
    [[nodiscard]] bool is_noting() const noexcept { return is_on() && is_noting_; }
    // Nothing was noted yet. From now on the messages of every other stretch are, of the first,
    // too.
    void alternate(std::uint64_t stretch_messages) noexcept;
    // Producer. A message that is not noted was committed.
    void passed_over() noexcept { count_message(); }
    [[nodiscard]] bool is_empty() const noexcept { return header_->message_count == 0; }

    // The time; also looks whether too much of it has passed since the last look.
    std::uint64_t look() noexcept;

    // Producer. How many runs were published before a commit; that it began at now_ns, and how many
    // were published when it was over.
    void commit_begins(std::uint64_t publications_count) noexcept;
    void committed(std::uint64_t now_ns, std::uint64_t publications_count) noexcept;
    // Something else may have published what was pending, at now_ns or just before.
    void published(std::uint64_t now_ns, std::uint64_t publications_count) noexcept;
    // No room was found at from_ns; now there is some.
    void waited_for_room(std::uint64_t from_ns) noexcept;

    // Consumer. A message was acquired, so many places behind the first of its publication.
    void received(std::uint32_t run_position) noexcept;

    // This end slept since from_ns.
    void slept(std::uint64_t from_ns) noexcept;

    void add(const tickring_trace_event_t &event) noexcept;

  private:
    std::uint64_t read_clock() noexcept;
    void note_gap(std::uint64_t from_ns, std::uint64_t to_ns) noexcept;
    void count_message() noexcept {
        ++header_->message_count;
        if (--until_turn_ == 0) [[unlikely]] {
            turn();
        }
    }
    void turn() noexcept;

    tickring_trace_header_t *header_ = nullptr;
    tickring_trace_message_t *messages_ = nullptr;
    tickring_trace_event_t *events_ = nullptr;
    clockid_t clock_ = CLOCK_REALTIME;
    std::uint64_t first_pending_ = 0;      // producer: number of the first one not published
    std::uint64_t publications_count_ = 0; // as of the last look
    std::uint64_t last_ns_ = 0;            // the last look
    std::uint64_t seen_ns_ = 0;            // consumer: the publication that is being read
    ThreadUsage usage_;                    // as of the last event
    bool is_noting_ = true;
    std::uint64_t stretch_messages_ = 0;
    std::uint64_t until_turn_ = 0; // messages; from 0 it takes forever
};

// A wait (wait.hpp) that reads the clock in every few polls and notes what it sleeps.
template <class Wait> class TracedWait {
  public:
    TracedWait(Wait &wait, Trace &trace) noexcept : wait_(wait), trace_(trace) {}

    Code poll() noexcept {
        if (polls_++ % kPollsPerLook == 0) {
            (void)trace_.look();
        }
        return wait_.poll();
    }
    static constexpr Code pending() noexcept { return Wait::pending(); }
    SleepEnd sleep(std::int64_t until_ns) noexcept {
        const std::uint64_t from_ns = trace_.look();
        const SleepEnd end = wait_.sleep(until_ns);
        trace_.slept(from_ns);
        return end;
    }
    void end(Code code) noexcept { wait_.end(code); }
    [[nodiscard]] std::uint32_t peer_status() const noexcept { return wait_.peer_status(); }

  private:
    static constexpr std::uint32_t kPollsPerLook = 8;

    Wait &wait_;
    Trace &trace_;
    std::uint32_t polls_ = 0;
};

} // namespace tickring
