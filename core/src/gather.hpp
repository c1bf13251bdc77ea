// SPDX-License-Identifier: Apache-2.0
// gather.hpp: when a consumer that takes messages by the batch stays behind its producer.
//
// Near the word that is about to be written both sides are after the same lines, also by what the
// CPU reads ahead. A consumer that leaves the newest messages alone does not disturb who writes the
// next ones, and looks away for a moment instead of polling. Whether a stream is fast enough for it
// is tried now and then; docs/decisions/staying-behind.md has what it brings.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tickring {

// Of one consumer.
class Gather {
  public:
    // How far to stay behind, in a small ring an eighth of it; for how long to look away at a time,
    // and how much has to be published meanwhile for the stream to be one for this.
    static constexpr std::uint64_t kDistanceBytes = 16'384;
    static constexpr std::int64_t kPause_ns = 2'000;
    static constexpr std::uint64_t kLeastBytes = 512;

    // Waits from one try to the next: the fewest after one that paid, twice as many after each that
    // did not, up to the most.
    static constexpr std::uint32_t kFewestWaits = 64;
    static constexpr std::uint32_t kMostWaits = 4'096;

    explicit Gather(std::uint64_t capacity_bytes) noexcept
        : distance_bytes_(std::min(kDistanceBytes, capacity_bytes / 8)) {}

    [[nodiscard]] std::uint64_t distance_bytes() const noexcept { return distance_bytes_; }

    // Whether to stay behind, until a pause has not paid.
    [[nodiscard]] bool is_on() const noexcept { return is_on_; }

    // The consumer waits, since it has taken everything.
    void note_wait() noexcept { is_on_ = is_on_ || --waits_left_ == 0; }

    // There was this much ahead before a pause, and so much after it.
    void note_pause(std::uint64_t before_bytes, std::uint64_t after_bytes) noexcept {
        ++pauses_count_;
        is_on_ = after_bytes >= distance_bytes_ || after_bytes - before_bytes >= kLeastBytes;
        waits_ = is_on_ ? kFewestWaits : std::min(2 * waits_, kMostWaits);
        waits_left_ = waits_;
    }

    // Looks away until enough is published, or the stream is too slow for it.
    template <class Consumer, class LookAway>
    void stay_behind(Consumer &consumer, const LookAway &look_away) noexcept {
        std::uint64_t ahead_bytes = consumer.look_ahead(distance_bytes_);
        while (ahead_bytes < distance_bytes_ && is_on_) {
            look_away();
            const std::uint64_t before_bytes = ahead_bytes;
            ahead_bytes = consumer.look_ahead(distance_bytes_);
            note_pause(before_bytes, ahead_bytes);
        }
    }

    [[nodiscard]] std::uint64_t pauses_count() const noexcept { return pauses_count_; }

  private:
    std::uint64_t distance_bytes_;
    std::uint64_t pauses_count_ = 0;
    std::uint32_t waits_ = kFewestWaits;      // from one try to the next
    std::uint32_t waits_left_ = kFewestWaits; // until the next try
    bool is_on_ = false;
};

} // namespace tickring
