// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include "error.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

const Field &field(std::string_view key) {
    for (const auto &candidate : scenario_fields()) {
        if (candidate.key == key) {
            return candidate;
        }
    }
    throw std::logic_error("no such field");
}

TEST(Apply, SetsWhatFlagsSay) {
    Scenario scenario;
    apply(scenario, {{&field("payload_bytes"), "64"}, {&field("wait"), "park"}});
    EXPECT_EQ(scenario.payload_bytes, 64U);
    EXPECT_EQ(scenario.wait, "park");
}

TEST(Apply, NotesWhatIsNoLongerTheScenario) {
    Scenario scenario;
    apply(scenario, {{&field("payload_bytes"), "64"}, {&field("wait"), "spin"}});
    EXPECT_EQ(scenario.changed, std::vector<std::string>{"payload_bytes"});
}

TEST(Apply, TakesAShorterRunForTheSameScenario) {
    Scenario scenario;
    apply(scenario, {{&field("messages"), "10"}});
    EXPECT_TRUE(scenario.changed.empty());
}

TEST(Apply, LetsADurationStandForTheNumberOfMessages) {
    Scenario scenario;
    apply(scenario, {{&field("duration_s"), "2"}});
    EXPECT_EQ(scenario.messages, 0U);
    EXPECT_EQ(scenario.duration_ns, 2'000'000'000U);
}

TEST(Apply, KeepsBothLimitsWhenBothAreGiven) {
    Scenario scenario;
    apply(scenario, {{&field("duration_s"), "2"}, {&field("messages"), "10"}});
    EXPECT_EQ(scenario.messages, 10U);
}

TEST(Instrument, CountsAsAChangeOfAScenarioThatIsNotInstrumented) {
    Scenario scenario;
    instrument(scenario);
    instrument(scenario);
    EXPECT_TRUE(scenario.instrumented);
    EXPECT_EQ(scenario.changed, std::vector<std::string>{"instrumented"});
}

TEST(Instrument, IsNoChangeWhereTheScenarioAsksForIt) {
    Scenario scenario;
    scenario.instrumented = true;
    instrument(scenario);
    EXPECT_TRUE(scenario.changed.empty());
}

TEST(Assign, NamesThePlaceTheValueAndWhatIsAllowed) {
    Scenario scenario;
    try {
        assign(scenario, field("clock"), "tsc", "a.toml:3: clock");
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "a.toml:3: clock 'tsc' is not allowed; give one of realtime "
                                   "monotonic");
    }
}

TEST(Assign, TakesNamesThatAreSafeInAPath) {
    Scenario scenario;
    assign(scenario, field("transport"), "ring-2_b", "");
    EXPECT_EQ(scenario.transport, "ring-2_b");
    for (const char *text : {"", ".", "../x", "a/b", "a b", "A"}) {
        EXPECT_THROW(assign(scenario, field("transport"), text, ""), Error);
    }
}

} // namespace
} // namespace tickring
