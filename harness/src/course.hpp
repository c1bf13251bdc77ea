// SPDX-License-Identifier: Apache-2.0
// What the kernel counted as a run went on, between looks some tenths of a second apart. Pure.
#pragma once

#include "json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tickring {

// Since the thread began; nothing: the process has ended, or /proc is not visible.
struct Switches {
    std::optional<std::uint64_t> voluntary;
    std::optional<std::uint64_t> involuntary;
};

struct CourseLook {
    std::uint64_t at_ns = 0;               // on CLOCK_MONOTONIC
    std::optional<std::uint64_t> steal_ms; // of the CPUs of the run together, since they began
    Switches producer;                     // of the main thread
    Switches consumer;
};

// Least distance of two looks: each takes time from a CPU of the run.
constexpr std::uint64_t kCourseStep_ns = 250'000'000;
constexpr std::size_t kMostLooks = 512; // of more every other one is forgotten, and they get rarer

class Course {
  public:
    // Whether the last look is long enough ago.
    [[nodiscard]] bool is_due(std::uint64_t now_ns) const;
    void add(const CourseLook &look);

    // Puts course into a result: what each counter grew by between two looks, or null with the
    // reason where there were not two.
    void put_into(Json &result, std::uint64_t start_ns) const;

  private:
    std::vector<CourseLook> looks_;
    std::uint64_t step_ns_ = kCourseStep_ns;
};

} // namespace tickring
