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
    const char *reason = "the rate was held";
    if (section["is_held"] != false) {
        put_null(section, "behind_from_sequence", reason);
        put_null(section, "behind_from_s", reason);
        return;
    }
    if (recording->schedule_delay_ns.is_null()) {
        reason = "the messages carry no stamp";
        put_null(section, "behind_from_sequence", reason);
        put_null(section, "behind_from_s", reason);
        return;
    }
    const auto last = recording->last_on_time_sequence;
    const std::uint64_t first_late = last ? *last + 1 : 0;
    section["behind_from_sequence"] = first_late;
    put(section, "behind_from_s",
        static_cast<double>(first_late) / section["wanted_rate_per_s"].get<double>());
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

Measured achieved_rate(const ResultInput &input) {
    const auto rate = input.plan.scenario.rate_per_s;
    if (rate == 0) {
        return {std::nullopt, "closed loop: there is no schedule"};
    }
    if (!input.recording || input.recording->messages_received < 2) {
        return {std::nullopt, "fewer than two messages were recorded"};
    }
    const auto &recording = *input.recording;
    const auto steps = recording.messages_received - 1;
    const double planned_ns = static_cast<double>(steps) * 1e9 / static_cast<double>(rate);
    const auto last =
        recording.last_stamp_ns != 0 ? recording.last_stamp_ns : recording.last_receipt_ns;
    // As integers first: a double of nanoseconds since the epoch steps by 256.
    const auto elapsed_ns = static_cast<std::int64_t>(last - input.outcome.start_ns);
    const double taken_ns = std::max(planned_ns, static_cast<double>(elapsed_ns));
    return {static_cast<double>(steps) / taken_ns * 1e9, ""};
}

void put_schedule(Json &result, const ResultInput &input) {
    const auto achieved = achieved_rate(input);
    if (input.plan.scenario.rate_per_s == 0) {
        put_null(result, "schedule", achieved.reason);
        return;
    }
    Json section;
    const auto wanted = static_cast<double>(input.plan.scenario.rate_per_s);
    put(section, "wanted_rate_per_s", wanted);
    put(section, "achieved_rate_per_s", achieved);
    if (achieved.value) {
        section["is_held"] = *achieved.value >= (1 - kRateTolerance) * wanted;
    } else {
        put_null(section, "is_held", achieved.reason);
    }
    put_place(section, input);
    result["schedule"] = section;
}

Json warnings_section(const Json &schedule) {
    Json warnings = Json::array();
    if (schedule.is_object() && schedule["is_held"] == false) {
        warnings.push_back({{"id", "rate_missed"}, {"text", missed_rate_text(schedule)}});
    }
    return warnings;
}

} // namespace tickring
