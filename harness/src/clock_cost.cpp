// SPDX-License-Identifier: Apache-2.0
#include "clock_cost.hpp"

#include "clock.hpp"

#include <algorithm>
#include <limits>

namespace tickring {

double clock_read_ns(std::string_view clock) {
    constexpr int kReads = 10'000;
    constexpr int kSeries = 9;
    double least_ns = std::numeric_limits<double>::max();
    for (int series = 0; series < kSeries; ++series) {
        const auto begin_ns = monotonic_ns();
        for (int i = 0; i < kReads; ++i) {
            run_clock_ns(clock);
        }
        least_ns = std::min(least_ns, static_cast<double>(monotonic_ns() - begin_ns) / kReads);
    }
    return least_ns;
}

} // namespace tickring
