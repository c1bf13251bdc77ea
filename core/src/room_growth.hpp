// SPDX-License-Identifier: Apache-2.0
// room_growth.hpp: when a producer that has waited for room lets more of it come.
//
// A producer that goes on with the first room there is fills it at once and waits again: both sides
// then pass the word of what is released, and the mark of the wait, to and fro for every few
// messages. docs/decisions/room-growth.md has what it brings to let room grow first.
#pragma once

#include "gather.hpp"

namespace tickring {

// Of one producer.
class RoomGrowth {
  public:
    // In a smaller ring the consumer would have read the rest before the producer looks again.
    static constexpr std::uint64_t kLeastCapacityBytes = 8 * Gather::kDistanceBytes;

    explicit RoomGrowth(std::uint64_t capacity_bytes) noexcept
        : wanted_bytes_(capacity_bytes < kLeastCapacityBytes ? 0 : Gather::kDistanceBytes) {}

    // Looks away until there is room enough, or the consumer is too slow for it.
    template <class LookForRoom, class LookAway>
    void let_grow(const LookForRoom &look_for_room, const LookAway &look_away) noexcept {
        std::uint64_t room_bytes = look_for_room();
        std::uint64_t gained_bytes = Gather::kLeastBytes;
        while (room_bytes < wanted_bytes_ && gained_bytes >= Gather::kLeastBytes) {
            look_away();
            ++pauses_count_;
            const std::uint64_t before_bytes = room_bytes;
            room_bytes = look_for_room();
            gained_bytes = room_bytes - before_bytes;
        }
    }

    [[nodiscard]] std::uint64_t pauses_count() const noexcept { return pauses_count_; }

  private:
    std::uint64_t wanted_bytes_;
    std::uint64_t pauses_count_ = 0;
};

} // namespace tickring
