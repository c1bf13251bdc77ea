// SPDX-License-Identifier: Apache-2.0
#include "course.hpp"
#include "course_look.hpp"
#include "described_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr std::uint64_t kStart_ns = 10'000'000'000;

CourseLook look(std::int64_t after_ms, std::uint64_t count) {
    return {.at_ns = kStart_ns + static_cast<std::uint64_t>(after_ms * 1'000'000),
            .steal_ms = 10 * count,
            .producer = {count, 2 * count},
            .consumer = {3 * count, 4 * count}};
}

Json section_of(const Course &course) {
    Json result;
    course.put_into(result, kStart_ns);
    return result;
}

TEST(Course, TellsWhatGrewBetweenTwoLooks) {
    Course course;
    course.add(look(-50, 7));
    course.add(look(100, 8));
    course.add(look(200, 11));
    const auto section = section_of(course).at("course");
    ASSERT_EQ(section.size(), 2U);
    EXPECT_EQ(section[0].at("from_s"), -0.05);
    EXPECT_EQ(section[0].at("to_s"), 0.1);
    EXPECT_EQ(section[0].at("steal_ms"), 10);
    EXPECT_EQ(section[1].at("steal_ms"), 30);
    EXPECT_EQ(section[1].at("producer_voluntary_switches"), 3);
    EXPECT_EQ(section[1].at("producer_involuntary_switches"), 6);
    EXPECT_EQ(section[1].at("consumer_voluntary_switches"), 9);
    EXPECT_EQ(section[1].at("consumer_involuntary_switches"), 12);
}

TEST(Course, OfASideThatHasEndedHasAReason) {
    Course course;
    course.add(look(0, 1));
    auto last = look(100, 2);
    last.producer = {};
    last.steal_ms = std::nullopt;
    course.add(last);
    const auto entry = section_of(course).at("course")[0];
    EXPECT_TRUE(entry.at("producer_voluntary_switches").is_null());
    EXPECT_EQ(entry.at("producer_voluntary_switches_reason"),
              "it had ended, or /proc is not visible");
    EXPECT_EQ(entry.at("steal_ms_reason"), "/proc/stat does not show it");
    EXPECT_EQ(entry.at("consumer_voluntary_switches"), 3);
}

TEST(Course, OfARunThatNeverBeganHasAReason) {
    Course course;
    course.add(look(0, 1));
    EXPECT_TRUE(section_of(course).at("course").is_null());
    EXPECT_EQ(section_of(course).at("course_reason"), "the run was looked at less than twice");
}

TEST(Course, IsLookedAtOncePerStep) {
    Course course;
    EXPECT_TRUE(course.is_due(kStart_ns));
    course.add(look(0, 1));
    EXPECT_FALSE(course.is_due(kStart_ns + kCourseStep_ns - 1));
    EXPECT_TRUE(course.is_due(kStart_ns + kCourseStep_ns));
}

TEST(Course, OfALongRunKeepsItsLengthAndItsSumsInFewerLooks) {
    Course course;
    std::uint64_t looks = 0;
    for (; looks <= 2 * kMostLooks; ++looks) {
        course.add(look(static_cast<std::int64_t>(100 * looks), looks));
    }
    const auto section = section_of(course).at("course");
    EXPECT_LT(section.size(), kMostLooks);
    EXPECT_EQ(section.front().at("from_s"), 0.0);
    EXPECT_DOUBLE_EQ(section.back().at("to_s").get<double>(), 0.1 * static_cast<double>(looks - 1));
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < section.size(); ++i) {
        sum += section[i].at("producer_voluntary_switches").get<std::uint64_t>();
        if (i > 0) {
            EXPECT_EQ(section[i].at("from_s"), section[i - 1].at("to_s"));
        }
    }
    EXPECT_EQ(sum, looks - 1);
    EXPECT_FALSE(course.is_due(kStart_ns + (looks - 1) * 100'000'000 + kCourseStep_ns));
}

TEST(CourseLook, ReadsStealOfTheCpusOfTheRunOnly) {
    const Files described = {{"proc/stat", "cpu  1 1 1 1 1 1 1 900 0 0\n"
                                           "cpu0 1 1 1 1 1 1 1 30 0 0\n"
                                           "cpu1 1 1 1 1 1 1 1 12 0 0\n"
                                           "cpu2 1 1 1 1 1 1 1 50 0 0\n"}};
    const DescribedFiles files(described);
    const auto ms_per_tick = static_cast<std::uint64_t>(1000 / sysconf(_SC_CLK_TCK));
    EXPECT_EQ(look_at_course(files.files(), {0, 2}, 1, 1).steal_ms, 80 * ms_per_tick);
    EXPECT_FALSE(look_at_course(files.files(), {0, 7}, 1, 1).steal_ms.has_value());
    EXPECT_FALSE(look_at_course(files.files(), {}, 1, 1).steal_ms.has_value());
}

TEST(CourseLook, CountsTheSwitchesOfEachSide) {
    const SystemFiles files("/nowhere");
    const auto before = look_at_course(files, {}, getpid(), 0);
    ASSERT_TRUE(before.producer.voluntary.has_value());
    usleep(1000); // leaves the CPU, which is a switch of its own will
    const auto after = look_at_course(files, {}, getpid(), 0);
    EXPECT_GT(*after.producer.voluntary, *before.producer.voluntary);
    EXPECT_TRUE(after.producer.involuntary.has_value());
    EXPECT_FALSE(after.consumer.voluntary.has_value());
}

} // namespace
} // namespace tickring
