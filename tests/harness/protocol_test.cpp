// SPDX-License-Identifier: Apache-2.0
#include "protocol.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

constexpr const char *kReport =
    R"(report {"messages": 5, "elapsed_ns": 7, "backpressure_count": 1, "voluntary_switches": 2,
       "involuntary_switches": 3, "minor_faults": 4, "major_faults": 0, "end": "complete",
       "more": "is ignored"})";

std::string one_line(std::string text) {
    std::erase(text, '\n');
    return text;
}

std::string breach(Role role, State state, const std::string &line) {
    std::optional<Report> report;
    try {
        advance(role, state, line, report);
    } catch (const Breach &error) {
        return error.what();
    }
    return "";
}

TEST(Protocol, LeadsAConsumerFromListeningToItsReport) {
    std::optional<Report> report;
    auto state = advance(Role::kConsumer, State::kStarting, "listening", report);
    EXPECT_EQ(state, State::kListening);
    state = advance(Role::kConsumer, state, "ready", report);
    EXPECT_EQ(state, State::kReady);
    state = advance(Role::kConsumer, State::kRunning, one_line(kReport), report);
    EXPECT_EQ(state, State::kReported);
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->messages, 5U);
    EXPECT_EQ(report->minor_faults, 4U);
    EXPECT_EQ(report->end, "complete");
}

TEST(Protocol, LeadsAProducerFromReadyOn) {
    std::optional<Report> report;
    EXPECT_EQ(advance(Role::kProducer, State::kStarting, "ready", report), State::kReady);
}

TEST(Protocol, RefusesALineInTheWrongPlaceAndSaysWhatWasExpected) {
    EXPECT_EQ(breach(Role::kProducer, State::kStarting, "listening"),
              "it said 'listening' where 'ready' was expected");
    EXPECT_EQ(breach(Role::kConsumer, State::kStarting, "ready"),
              "it said 'ready' where 'listening' was expected");
    EXPECT_EQ(breach(Role::kConsumer, State::kReady, "ready"),
              "it said 'ready' where nothing before 'go' was expected");
    EXPECT_EQ(breach(Role::kProducer, State::kRunning, "report"),
              "it said 'report' where 'report' was expected");
    EXPECT_EQ(breach(Role::kProducer, State::kReported, one_line(kReport)).substr(0, 17),
              "it said 'report {");
}

TEST(Protocol, RefusesAReportThatLacksAValue) {
    for (const char *key : {"messages", "elapsed_ns", "backpressure_count", "voluntary_switches",
                            "involuntary_switches", "minor_faults", "major_faults"}) {
        auto line = one_line(kReport);
        line.replace(line.find(key), 1, "X");
        EXPECT_EQ(breach(Role::kProducer, State::kRunning, line),
                  "its report lacks '" + std::string(key) + "'");
    }
}

TEST(Protocol, RefusesAReportWithANumberThatIsNoCount) {
    for (const char *value : {"-1", "1.5", "\"5\"", "null", "1e400"}) {
        auto line = one_line(kReport);
        line.replace(line.find("5"), 1, value);
        EXPECT_NE(breach(Role::kProducer, State::kRunning, line), "");
    }
}

TEST(Protocol, RefusesAReportWithAnUnknownEnd) {
    auto line = one_line(kReport);
    line.replace(line.find("complete"), 8, "finished");
    EXPECT_EQ(breach(Role::kProducer, State::kRunning, line),
              "its report has no 'end' that is known");
}

TEST(Protocol, RefusesAReportThatIsNotAnObject) {
    for (const char *line : {"report {", "report []", "report 5", "report \xff"}) {
        EXPECT_NE(breach(Role::kProducer, State::kRunning, line).find("not a JSON object"),
                  std::string::npos);
    }
}

TEST(Shown, IsPrintableAndShort) {
    EXPECT_EQ(shown("a\x1b[2Jb\xff"), "a?[2Jb?");
    EXPECT_EQ(shown("abcdef", 3), "abc...");
}

} // namespace
} // namespace tickring
