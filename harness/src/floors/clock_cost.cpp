// SPDX-License-Identifier: Apache-2.0
#include "floors/clock_cost.hpp"

#include "capture.hpp"
#include "clock.hpp"
#include "json.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <vector>

namespace tickring {
namespace {

constexpr int kBlocks = 101;
constexpr int kReads = 200;

} // namespace

ClockCost measure_clock(clockid_t clock) {
    std::vector<double> blocks;
    std::uint64_t smallest_ns = 0;
    for (int block = 0; block < kBlocks; ++block) {
        const auto before = clock_ns(clock);
        auto last = before;
        for (int i = 0; i < kReads; ++i) {
            const auto now = clock_ns(clock);
            if (now > last && (smallest_ns == 0 || now - last < smallest_ns)) {
                smallest_ns = now - last;
            }
            last = now;
        }
        // Signed: the realtime clock may be set back.
        blocks.push_back(static_cast<double>(static_cast<std::int64_t>(last - before)) / kReads);
    }
    ClockCost cost{median(blocks), {std::nullopt, "the clock did not advance"}};
    if (smallest_ns > 0) {
        cost.step_ns.value = static_cast<double>(smallest_ns);
    }
    return cost;
}

PythonClock measure_python_clock(const std::filesystem::path &python, const std::string &clock) {
    PythonClock measured;
    const auto text = capture({python.string(), "-I", "-m", "tickring_harness.clock_cost", clock});
    const auto answer = Json::parse(text, nullptr, false);
    if (answer.is_object() && answer.contains("read_ns") && answer["read_ns"].is_number()) {
        measured.read_ns.value = answer["read_ns"].get<double>();
        measured.version = answer.value("version", "");
    } else {
        measured.read_ns.reason = "the harness's Python could not be asked";
    }
    return measured;
}

} // namespace tickring
