// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"

#include "error.hpp"

#include <fstream>
#include <gtest/gtest.h>

namespace tickring {
namespace {

Figure range_figure() {
    return {"steady", "steady mean", "ns",  "seed", "/windows/mean_ns", "/residency/mean_ns",
            false,    14'000,        16'000};
}

Figure single_figure() {
    return {"rate", "throughput", "msg/s", "seed", "/producer/rate", "", true, 1000, 1000};
}

Json result_with(const Json &measured, const Json &predicted) {
    Json result = Json::parse(R"({"status": "complete", "scenario": {"changed": []}})");
    result["windows"]["mean_ns"] = measured;
    result["producer"]["rate"] = measured;
    result["residency"]["mean_ns"] = predicted;
    return result;
}

std::string verdict(const Figure &figure, const Json &measured, const Json &predicted = nullptr) {
    return judge(figure, result_with(measured, predicted)).at("verdict");
}

TEST(Verdict, InsideTheRangeIsReproducedTheEndsIncluded) {
    EXPECT_EQ(verdict(range_figure(), 14'000), "reproduced");
    EXPECT_EQ(verdict(range_figure(), 16'000), "reproduced");
}

TEST(Verdict, WithinFivePercentOfASingleFigureIsReproduced) {
    EXPECT_EQ(verdict(single_figure(), 950), "reproduced");
    EXPECT_EQ(verdict(single_figure(), 1050), "reproduced");
    EXPECT_EQ(verdict(single_figure(), 949), "not reproduced");
    EXPECT_EQ(verdict(single_figure(), 1051), "better");
}

TEST(Verdict, BeyondTheGoodSideIsBetter) {
    EXPECT_EQ(verdict(range_figure(), 13'999), "better");
    EXPECT_EQ(verdict(single_figure(), 2000), "better");
}

TEST(Verdict, OutsideWithAPredictionWithinTenPercentIsExplained) {
    EXPECT_EQ(verdict(range_figure(), 20'000, 18'000), "explained");
    EXPECT_EQ(verdict(range_figure(), 20'000, 22'000), "explained");
    EXPECT_EQ(verdict(range_figure(), 20'000, 17'999), "not reproduced");
}

TEST(Verdict, OutsideWithAPredictionWithinAHundredNanosecondsIsExplained) {
    Figure figure = range_figure();
    figure.low = 100;
    figure.high = 200;
    EXPECT_EQ(verdict(figure, 400, 300), "explained");
    EXPECT_EQ(verdict(figure, 400, 299), "not reproduced");
}

TEST(Verdict, OutsideWithoutAPredictionIsNotReproduced) {
    EXPECT_EQ(verdict(range_figure(), 16'001), "not reproduced");
}

TEST(Verdict, OfAnIncompleteRunIsNotComparable) {
    auto result = result_with(15'000, nullptr);
    result["status"] = "incomplete";
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "not comparable");
}

TEST(Verdict, OfARunOfWhichOverATenthLiesInAnotherRegimeIsNotComparable) {
    auto result = result_with(15'000, nullptr);
    result["regimes"] = {{{"from_s", 0.0}, {"to_s", 0.9}, {"is_main", true}},
                         {{"from_s", 0.9}, {"to_s", 1.0}, {"is_main", false}}};
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "reproduced");
    result["regimes"][1]["to_s"] = 1.1;
    const auto claim = judge(range_figure(), result);
    EXPECT_EQ(claim.at("verdict"), "not comparable");
    EXPECT_EQ(claim.at("reason"),
              "the placement changed: 18.2 % of the run lies in another regime than the rest");
}

TEST(Verdict, OfARunWhoseClockWasSetIsNotComparable) {
    auto result = result_with(15'000, nullptr);
    result["scenario"]["clock"] = "realtime";
    result["clock_offset"]["steps"] = Json::array();
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "reproduced");
    result["clock_offset"]["steps"].push_back({{"step_ns", 5000}});
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "not comparable");
    result["scenario"]["clock"] = "monotonic";
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "reproduced");
}

TEST(Verdict, OfAChangedScenarioIsNotComparableAndNamesTheChange) {
    auto result = result_with(15'000, nullptr);
    result["scenario"]["changed"] = {"payload_bytes"};
    const auto claim = judge(range_figure(), result);
    EXPECT_EQ(claim.at("verdict"), "not comparable");
    EXPECT_EQ(claim.at("reason"), "flags changed the scenario: payload_bytes");
}

TEST(Verdict, OfARateThatWasNotHeldWithinOnePercentIsNotComparable) {
    auto result = result_with(15'000, nullptr);
    result["scenario"]["rate_per_s"] = 1'000'000;
    result["producer"]["achieved_rate_per_s"] = 990'000;
    EXPECT_EQ(judge(range_figure(), result).at("verdict"), "reproduced");
    result["producer"]["achieved_rate_per_s"] = 989'000;
    const auto claim = judge(range_figure(), result);
    EXPECT_EQ(claim.at("verdict"), "not comparable");
    EXPECT_EQ(claim.at("reason"), "the rate was not held: 989.0k/s of 1.000M/s");
}

TEST(Verdict, WithoutAMeasurementIsNotComparableForTheReasonGivenThere) {
    auto result = result_with(nullptr, nullptr);
    result["windows"]["mean_ns_reason"] = "no window was filled";
    const auto claim = judge(range_figure(), result);
    EXPECT_EQ(claim.at("verdict"), "not comparable");
    EXPECT_EQ(claim.at("reason"), "no window was filled");
    EXPECT_EQ(claim.at("measured_reason"), "no window was filled");
}

TEST(Claims, AreThoseWhoseScenarioWasRun) {
    Figure other = range_figure();
    other.scenario = "seed-paced";
    const auto claims =
        judge_all({range_figure(), other}, {{"seed", result_with(15'000, nullptr)}});
    ASSERT_EQ(claims.size(), 1U);
    EXPECT_EQ(claims[0].at("published"), Json::parse(R"({"low": 14000.0, "high": 16000.0})"));
}

class Figures : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "figures-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    void write(const std::string &text) { std::ofstream(folder / "a.toml") << text; }
    std::string refusal() {
        try {
            read_figures(folder);
        } catch (const Error &error) {
            return error.what();
        }
        return "";
    }
    std::filesystem::path folder;
};

constexpr const char *kFigure = "[[figure]]\nid = 'a'\ntitle = 't'\nunit = 'ns'\n"
                                "scenario = 'seed'\nmeasured = '/a'\n";

TEST_F(Figures, AreReadFromFiles) {
    write(std::string(kFigure) + "better = 'lower'\nvalue = 5\n");
    const auto figures = read_figures(folder);
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_EQ(figures[0].low, 5);
    EXPECT_EQ(figures[0].high, 5);
    EXPECT_FALSE(figures[0].higher_is_better);
}

TEST_F(Figures, ThatLackSomethingAreRefusedWithFileAndLine) {
    write(std::string("source = 'x'\n") + kFigure + "better = 'lower'\n");
    EXPECT_NE(refusal().find("a.toml:2: 'low' must be a number above 0"), std::string::npos);
}

TEST_F(Figures, ThatAreNotTomlAreRefusedWithFileAndLine) {
    write("a = 1\nb = \n");
    EXPECT_NE(refusal().find("a.toml:2: "), std::string::npos);
}

TEST_F(Figures, OfASideThatIsNeitherAreRefused) {
    write(std::string(kFigure) + "better = 'louder'\nvalue = 5\n");
    EXPECT_NE(refusal().find("'better' must be higher or lower"), std::string::npos);
}

} // namespace
} // namespace tickring
