// SPDX-License-Identifier: Apache-2.0
#include "pace.hpp"

#include <optional>

namespace tickring {

std::vector<std::uint64_t> stretches_ns(std::span<const Sample> samples) {
    std::vector<std::uint64_t> elapsed_ns;
    std::optional<Sample> begin;
    for (const auto &sample : samples) {
        if (sample.sequence % kPaceMessages != 0) {
            continue;
        }
        if (begin && sample.sequence == begin->sequence + kPaceMessages &&
            sample.receipt_ns >= begin->receipt_ns) {
            elapsed_ns.push_back(sample.receipt_ns - begin->receipt_ns);
        }
        begin = sample;
    }
    return elapsed_ns;
}

} // namespace tickring
