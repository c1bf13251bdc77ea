// SPDX-License-Identifier: Apache-2.0
// The clocks of the harness: CLOCK_MONOTONIC for deadlines, the run's clock for its schedule.
#pragma once

#include <cstdint>
#include <ctime>
#include <string_view>

namespace tickring {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

inline std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(now.tv_nsec);
}

inline std::uint64_t monotonic_ns() { return clock_ns(CLOCK_MONOTONIC); }

inline std::uint64_t run_clock_ns(std::string_view clock) {
    return clock_ns(clock == "monotonic" ? CLOCK_MONOTONIC : CLOCK_REALTIME);
}

} // namespace tickring
