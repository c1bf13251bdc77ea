// SPDX-License-Identifier: Apache-2.0
// watched_waits.hpp: finds wakes that were lost. That a sleep ended by its time slice with
// something there does not tell: whoever was to wake it may have been kept from the CPU for as
// long.
#pragma once

#include <tickring/wait.hpp>

namespace tickring {

inline constexpr std::int64_t kLostAfter_ns = 10'000'000;

struct WatchedWaits {
    WaitStats stats;
    std::uint64_t lost_count = 0;
    std::uint64_t late_count = 0; // of those that were looked at

    // After a wait that brought something which was there since the given time, or before.
    void note(std::int64_t since_ns) {
        const bool is_late = stats.late_wakes_count != late_count;
        late_count = stats.late_wakes_count;
        lost_count += is_late && monotonic_ns() - since_ns > kLostAfter_ns ? 1 : 0;
    }
};

} // namespace tickring
