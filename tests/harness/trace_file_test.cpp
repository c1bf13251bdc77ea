// SPDX-License-Identifier: Apache-2.0
// Traces as participants write them, and damaged ones.
#include "trace_file.hpp"

#include "error.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace tickring {
namespace {

using Numbers = std::vector<std::uint64_t>;

// Room for three messages and two events; two and one of them used.
Numbers trace_of_two(std::uint64_t role_and_clock = 1) {
    Numbers numbers = {0x314352544b434954, role_and_clock, 5'000, 3, 2, 2, 1, 77};
    numbers.insert(numbers.end(), {10, 20, 30, 40, 0, 0}); // messages
    numbers.insert(numbers.end(), {3, 100, 200, 90, 1 + (2ULL << 32), 3 + (4ULL << 32)}); // event
    numbers.insert(numbers.end(), {0, 0, 0, 0, 0, 0});
    return numbers;
}

class TraceFile : public testing::Test {
  protected:
    std::filesystem::path write(const Numbers &numbers, const char *name = "producer.trace") {
        std::ofstream out(folder / name, std::ios::binary);
        out.write(reinterpret_cast<const char *>(numbers.data()),
                  static_cast<std::streamsize>(numbers.size() * sizeof numbers[0]));
        return folder / name;
    }
    std::string refusal_of(const Numbers &numbers, bool monotonic = false) {
        try {
            read_trace(write(numbers), monotonic);
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
    void SetUp() override {
        std::string pattern = testing::TempDir() + "traceXXXXXX";
        folder = ::mkdtemp(pattern.data());
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    std::filesystem::path folder;
};

TEST_F(TraceFile, WhatIsUsedOfItIsRead) {
    const auto trace = read_trace(write(trace_of_two()), false);
    ASSERT_EQ(trace.messages.size(), 2U);
    EXPECT_EQ(trace.messages[1].commit_ns, 30U);
    EXPECT_EQ(trace.messages[1].visible_ns, 40U);
    ASSERT_EQ(trace.events.size(), 1U);
    const auto &event = trace.events[0];
    EXPECT_EQ(event.kind, EventKind::kGap);
    EXPECT_EQ(event.to_ns - event.from_ns, 100U);
    EXPECT_EQ(event.off_cpu_ns, 90U);
    EXPECT_EQ(event.voluntary_switches, 1U);
    EXPECT_EQ(event.involuntary_switches, 2U);
    EXPECT_EQ(event.minor_faults, 3U);
    EXPECT_EQ(event.major_faults, 4U);
    EXPECT_EQ(trace.clock_reads_count, 77U);
    EXPECT_EQ(trace.gap_ns, 5'000U);
}

TEST_F(TraceFile, OfMoreThanItHasRoomForTheFirstAreRead) {
    auto numbers = trace_of_two();
    numbers[4] = 9;
    numbers[6] = 9;
    const auto trace = read_trace(write(numbers), false);
    EXPECT_EQ(trace.messages.size(), 3U);
    EXPECT_EQ(trace.message_count, 9U);
    EXPECT_EQ(trace.events.size(), 2U);
}

TEST_F(TraceFile, OneThatIsCutOffIsRefused) {
    auto numbers = trace_of_two();
    numbers.pop_back();
    EXPECT_EQ(refusal_of(numbers), "producer.trace has 200 bytes, fewer than its begin says");
    numbers.resize(5);
    EXPECT_EQ(refusal_of(numbers), "there is no whole producer.trace");
}

TEST_F(TraceFile, OneThatSaysMoreThanAnyMemoryHoldsIsRefused) {
    auto numbers = trace_of_two();
    numbers[3] = ~std::uint64_t{0};
    EXPECT_NE(refusal_of(numbers), "");
}

TEST_F(TraceFile, AnotherFileIsRefused) {
    auto numbers = trace_of_two();
    numbers[0] ^= 1;
    EXPECT_EQ(refusal_of(numbers), "producer.trace is not a trace");
}

TEST_F(TraceFile, OneOnAnotherClockIsRefused) {
    EXPECT_EQ(refusal_of(trace_of_two(), true), "producer.trace is on another clock than the run");
    EXPECT_EQ(refusal_of(trace_of_two(1 + (1ULL << 32)), true), "");
}

TEST_F(TraceFile, OfARunTheMissingOneIsNamed) {
    write(trace_of_two());
    EXPECT_EQ(read_traces(folder, false).missing, "there is no whole consumer.trace");
    write(trace_of_two(2), "consumer.trace");
    EXPECT_EQ(read_traces(folder, false).missing, "");
}

} // namespace
} // namespace tickring
