// SPDX-License-Identifier: Apache-2.0
#include "schedule_section.hpp"

#include "quantity.hpp"

#include <algorithm>

namespace tickring {
namespace {

constexpr double kRateTolerance = 0.01;

// From where on no message was on time; nothing: the last one was, or it cannot be known.
void put_place(Json &section, const ResultInput &input) {
    const auto &recording = input.recording;
    const char *reason = nullptr;
    if (section["is_held"] != false) {
        reason = "the rate was held, or it is not known";
    } else if (recording->schedule_delay_ns.is_null()) {
        reason = "the messages carry no stamp";
    }
    if (reason != nullptr) {
        put_null(section, "behind_from_sequence", reason);
        put_null(section, "behind_from_s", reason);
        return;
    }
    const auto last = recording->last_on_time_sequence;
    const auto due_ns = recording->first_late_due_ns - input.outcome.start_ns;
    section["behind_from_sequence"] = last ? *last + 1 : 0;
    put(section, "behind_from_s", static_cast<double>(due_ns) / 1e9);
}

// From the first intended time to that of the last message received.
Measured planned_ns(const ResultInput &input) {
    if (!is_open_loop(input.plan)) {
        return {std::nullopt, kClosedLoop};
    }
    if (!input.recording || input.recording->messages_received < 2) {
        return {std::nullopt, "fewer than two messages were recorded"};
    }
    const auto received = input.recording->messages_received;
    const auto &replay = input.plan.replay;
    if (!replay) {
        const auto rate = static_cast<double>(input.plan.scenario.rate_per_s);
        return {static_cast<double>(received - 1) * 1e9 / rate, ""};
    }
    if (received < replay->count) {
        return {std::nullopt, "not all trades were received"};
    }
    if (replay->length_ns == 0) {
        return {std::nullopt, "the trades are all of one time"};
    }
    return {static_cast<double>(replay->length_ns), ""};
}

std::string missed_rate_text(const Json &schedule) {
    auto text = concat(
        "the rate was missed: ", human(schedule["achieved_rate_per_s"].get<double>(), "msg/s"),
        " of ", human(schedule["wanted_rate_per_s"].get<double>(), "msg/s"));
    if (schedule["behind_from_s"].is_number()) {
        text +=
            concat("; behind the schedule for good from message ",
                   schedule["behind_from_sequence"].get<std::uint64_t>(), " on, due ",
                   human(schedule["behind_from_s"].get<double>() * 1e9, "ns"), " after the start");
    }
    return text;
}

} // namespace

bool is_open_loop(const RunPlan &plan) { return plan.scenario.rate_per_s > 0 || plan.replay; }

Measured achieved_rate(const ResultInput &input) {
    const auto planned = planned_ns(input);
    if (!planned.value) {
        return planned;
    }
    const auto &recording = *input.recording;
    const auto last =
        recording.last_stamp_ns != 0 ? recording.last_stamp_ns : recording.last_receipt_ns;
    // As integers first: a double of nanoseconds since the epoch steps by 256.
    const auto elapsed_ns = static_cast<std::int64_t>(last - input.outcome.start_ns);
    const double taken_ns = std::max(*planned.value, static_cast<double>(elapsed_ns));
    return {static_cast<double>(recording.messages_received - 1) / taken_ns * 1e9, ""};
}

void put_schedule(Json &result, const ResultInput &input) {
    if (!is_open_loop(input.plan)) {
        put_null(result, "schedule", kClosedLoop);
        return;
    }
    const auto planned = planned_ns(input);
    const auto achieved = achieved_rate(input);
    Measured wanted{static_cast<double>(input.plan.scenario.rate_per_s), ""};
    if (input.plan.replay) {
        wanted = planned;
        if (planned.value) {
            const auto steps = static_cast<double>(input.plan.replay->count - 1);
            wanted.value = steps / *planned.value * 1e9;
        }
    }
    Json section;
    put(section, "wanted_rate_per_s", wanted);
    put(section, "achieved_rate_per_s", achieved);
    if (achieved.value) {
        section["is_held"] = *achieved.value >= (1 - kRateTolerance) * *wanted.value;
    } else {
        put_null(section, "is_held", achieved.reason);
    }
    put_place(section, input);
    result["schedule"] = section;
}

void put_replay(Json &result, const RunPlan &plan) {
    if (!plan.replay) {
        put_null(result, "replay", "the messages are made, not recorded");
        return;
    }
    const auto &replay = *plan.replay;
    result["replay"] = {
        {"file", std::filesystem::path(plan.scenario.ticks).filename().string()},
        {"kind", replay.kind},
        {"sha256", replay.sha256},
        {"trades", replay.trades},
        {"sent", replay.count},
        {"columns", plan.scenario.ticks_columns},
        {"speed", static_cast<double>(plan.scenario.speed_millionths) / 1e6},
        {"length_s", static_cast<double>(replay.length_ns) / 1e9},
    };
}

Json warnings_section(const Json &schedule) {
    Json warnings = Json::array();
    if (schedule.is_object() && schedule["is_held"] == false) {
        warnings.push_back({{"id", "rate_missed"}, {"text", missed_rate_text(schedule)}});
    }
    return warnings;
}

} // namespace tickring
