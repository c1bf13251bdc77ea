// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"

#include "error.hpp"
#include "quantity.hpp"
#include "regimes.hpp"

#include <cmath>
#include <optional>

namespace tickring {
namespace {

constexpr double kSingleFigureTolerance = 0.05;
constexpr double kPredictionTolerance = 0.10;
constexpr double kPredictionToleranceNs = 100;
constexpr double kRateTolerance = 0.01;
constexpr double kRegimeTolerance = 0.10;

const Json *value_at(const Json &result, const std::string &pointer) {
    const Json::json_pointer place(pointer);
    return result.contains(place) ? &result.at(place) : nullptr;
}

std::optional<double> number_at(const Json &result, const std::string &pointer) {
    const auto *value = pointer.empty() ? nullptr : value_at(result, pointer);
    return value != nullptr && value->is_number() ? std::optional(value->get<double>())
                                                  : std::nullopt;
}

std::string reason_at(const Json &result, const std::string &pointer, const char *otherwise) {
    const auto *reason = pointer.empty() ? nullptr : value_at(result, pointer + "_reason");
    return reason != nullptr ? reason->get<std::string>() : otherwise;
}

// Why the result cannot be held against the figure at all; empty when it can.
std::string obstacle(const Json &result) {
    if (result.at("status") != "complete") {
        return "the run is incomplete";
    }
    if (const auto &changed = result.at("scenario").at("changed"); !changed.empty()) {
        std::string text = "flags changed the scenario:";
        for (const auto &field : changed) {
            text += " " + field.get<std::string>();
        }
        return text;
    }
    const auto *steps = value_at(result, "/clock_offset/steps");
    if (steps != nullptr && !steps->empty() && *value_at(result, "/scenario/clock") == "realtime") {
        return "the realtime clock was set during the run";
    }
    const auto wanted = number_at(result, "/scenario/rate_per_s");
    const auto achieved = number_at(result, "/producer/achieved_rate_per_s");
    if (wanted && achieved && std::abs(*achieved - *wanted) > kRateTolerance * *wanted) {
        return concat("the rate was not held: ", human(*achieved, "msg/s"), " of ",
                      human(*wanted, "msg/s"));
    }
    const auto *regimes = value_at(result, "/regimes");
    const double elsewhere =
        regimes != nullptr && regimes->is_array() ? share_in_other_regimes(*regimes) : 0;
    if (elsewhere > kRegimeTolerance) {
        return concat("the placement changed: ", human_percent(elsewhere),
                      " of the run lies in another regime than the rest");
    }
    return "";
}

struct Judgement {
    std::string verdict;
    std::string reason;
};

Judgement judge_distance(const Figure &figure, double measured,
                         const std::optional<double> &predicted) {
    const double tolerance = figure.low == figure.high ? kSingleFigureTolerance : 0;
    const double low = figure.low * (1 - tolerance);
    const double high = figure.high * (1 + tolerance);
    if (measured >= low && measured <= high) {
        return {"reproduced", tolerance > 0 ? "within 5 % of the published figure"
                                            : "inside the published range"};
    }
    const bool above = measured > high;
    const double distance = above ? measured / figure.high - 1 : 1 - measured / figure.low;
    const auto where = concat(human_percent(distance), above ? " above" : " below",
                              " the published ", tolerance > 0 ? "figure" : "range");
    if (above == figure.higher_is_better) {
        return {"better", where};
    }
    if (!predicted) {
        return {"not reproduced", where};
    }
    const double error = std::abs(*predicted - measured);
    const bool explained = error <= kPredictionTolerance * measured ||
                           (figure.unit == "ns" && error <= kPredictionToleranceNs);
    return {explained ? "explained" : "not reproduced",
            concat(where, "; the prediction is ", human_percent(error / measured), " off")};
}

} // namespace

Json judge(const Figure &figure, const Json &result) {
    Json claim;
    claim["id"] = figure.id;
    claim["title"] = figure.title;
    claim["scenario"] = figure.scenario;
    if (figure.low == figure.high) {
        claim["published"] = figure.low;
    } else {
        claim["published"] = {{"low", figure.low}, {"high", figure.high}};
    }
    claim["unit"] = figure.unit;
    const auto measured = number_at(result, figure.measured);
    const auto predicted = number_at(result, figure.predicted);
    put(claim, "measured",
        {measured, reason_at(result, figure.measured, "the run has no such value")});
    put(claim, "predicted",
        {predicted, reason_at(result, figure.predicted, "no model predicts this figure")});
    Judgement judgement{"not comparable", obstacle(result)};
    if (judgement.reason.empty() && !measured) {
        judgement.reason = claim["measured_reason"];
    } else if (judgement.reason.empty()) {
        judgement = judge_distance(figure, *measured, predicted);
    }
    claim["verdict"] = judgement.verdict;
    claim["reason"] = judgement.reason;
    return claim;
}

Json judge_all(const std::vector<Figure> &figures, const std::map<std::string, Json> &results) {
    Json claims = Json::array();
    for (const auto &figure : figures) {
        if (const auto found = results.find(figure.scenario); found != results.end()) {
            claims.push_back(judge(figure, found->second));
        }
    }
    return claims;
}

} // namespace tickring
