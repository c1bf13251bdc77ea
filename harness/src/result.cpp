// SPDX-License-Identifier: Apache-2.0
#include "result.hpp"

#include "groups_section.hpp"
#include "observation_warnings.hpp"
#include "observations.hpp"
#include "schedule_section.hpp"
#include "traced_sections.hpp"

namespace tickring {
namespace {

constexpr const char *kNoReport = "it gave no report";
constexpr const char *kNoRecording = "the recorder left nothing usable";
constexpr const char *kOneWay =
    "receipt - stamp: from the producer's clock read just before it writes the message to the "
    "consumer's as soon as it sees it";
constexpr const char *kRoundTrip =
    "round trip, receipt - stamp: from the consumer's clock read just before it writes the ping to "
    "its clock read as soon as it sees the answer; both clock reads are in it";

Json scenario_section(const RunPlan &plan) {
    const auto &scenario = plan.scenario;
    Json section;
    section["name"] = scenario.name;
    section["description"] = scenario.description;
    for (const auto &field : scenario_fields()) {
        if (field.word != nullptr && field.kind != Field::Kind::kText) {
            section[std::string(field.key)] = scenario.*field.word;
        }
    }
    const auto put_limit = [&](const char *key, std::uint64_t value, const char *reason) {
        if (value == 0) {
            put_null(section, key, reason);
        } else {
            section[key] = value;
        }
    };
    put_limit("messages", scenario.messages, "limited by duration_s");
    if (scenario.duration_ns == 0) {
        put_null(section, "duration_s", "limited by messages");
    } else {
        put(section, "duration_s", static_cast<double>(scenario.duration_ns) / 1e9);
    }
    section["payload_bytes"] = scenario.payload_bytes;
    section["capacity_bytes"] = scenario.capacity_bytes;
    section["publish_every"] = scenario.publish_every;
    section["flush_every"] = scenario.flush_every;
    section["sample_capacity"] = scenario.sample_capacity;
    section["instrumented"] = scenario.instrumented;
    put_limit("rate_per_s", scenario.rate_per_s,
              plan.replay ? "the recorded trades have their own times" : "closed loop: flat out");
    if (plan.replay) {
        section["contents"] = "replay";
    }
    section["changed"] = scenario.changed;
    return section;
}

// What both sides report alike; messages_key names the count.
Json side_section(const SideOutcome &side, const char *messages_key, const Scenario &scenario) {
    Json section;
    const auto &report = side.report;
    const auto put_count = [&](const char *key, std::uint64_t Report::*member) {
        if (report) {
            section[key] = (*report).*member;
        } else {
            put_null(section, key, kNoReport);
        }
    };
    put_count(messages_key, &Report::messages);
    if (report) {
        const double elapsed_s = static_cast<double>(report->elapsed_ns) / 1e9;
        put(section, "elapsed_s", elapsed_s);
        const bool alone = is_one_way(scenario);
        const Measured none{std::nullopt,
                            alone ? "no time elapsed between its first and last message"
                                  : "round trips that are no messages lie between the messages"};
        put(section, "throughput_per_s",
            elapsed_s > 0 && alone ? Measured{static_cast<double>(report->messages) / elapsed_s, ""}
                                   : none);
    } else {
        put_null(section, "elapsed_s", kNoReport);
        put_null(section, "throughput_per_s", kNoReport);
    }
    put_count("backpressure_count", &Report::backpressure_count);
    put_count("voluntary_switches", &Report::voluntary_switches);
    put_count("involuntary_switches", &Report::involuntary_switches);
    put_count("minor_faults", &Report::minor_faults);
    put_count("major_faults", &Report::major_faults);
    if (side.cpu) {
        section["cpu"] = *side.cpu;
    } else {
        put_null(section, "cpu", "it was not given a CPU");
    }
    section["pinned"] = side.pinned;
    return section;
}

Json latency_section(const Json &recorded, const char *definition) {
    Json section;
    section["definition"] = definition;
    for (const char *key : {"count", "negative_count", "overflow_count"}) {
        section[key] = recorded.at(key);
    }
    for (const char *key : kLatencyKeys) {
        if (section["count"] == 0) {
            put_null(section, key, "no message is in the histogram");
        } else {
            section[key] = recorded.at(key);
        }
    }
    return section;
}

void put_latencies(Json &result, const ResultInput &input) {
    const auto &recording = input.recording;
    if (recording && !recording->latency_ns.is_null()) {
        result["latency_ns"] = latency_section(
            recording->latency_ns, is_one_way(input.plan.scenario) ? kOneWay : kRoundTrip);
    } else {
        put_null(result, "latency_ns", recording ? "the messages carry no stamp" : kNoRecording);
    }
    if (recording && !recording->intended_latency_ns.is_null()) {
        result["intended_latency_ns"] = latency_section(
            recording->intended_latency_ns,
            "receipt - intended: from the time at which the schedule wanted the message sent");
    } else {
        put_null(result, "intended_latency_ns",
                 is_open_loop(input.plan) ? kNoRecording : kClosedLoop);
    }
    if (recording && !recording->schedule_delay_ns.is_null()) {
        result["schedule_delay_ns"] = latency_section(
            recording->schedule_delay_ns,
            "stamp - intended: how much later than the schedule wanted it the message was stamped");
    } else {
        put_null(result, "schedule_delay_ns",
                 !is_open_loop(input.plan) ? kClosedLoop
                 : recording               ? "the messages carry no stamp"
                                           : kNoRecording);
    }
}

Json windows_section(const std::optional<Recording> &recording) {
    const auto means = recording ? recording->window_means_ns : std::vector<double>{};
    const auto windows = summarize_windows(means);
    const std::string reason = !recording                        ? kNoRecording
                               : recording->latency_ns.is_null() ? "the messages carry no stamp"
                                                                 : "no window was filled";
    Json section;
    if (recording && recording->messages_per_window > 0) {
        section["messages_per_window"] = recording->messages_per_window;
    } else {
        put_null(section, "messages_per_window", reason);
    }
    put(section, "steady_mean_ns", {windows.steady_mean_ns, reason});
    put(section, "spike_max_mean_ns", {windows.spike_max_mean_ns, reason});
    section["spike_count"] = windows.spike_count;
    section["means_ns"] = means;
    return section;
}

// What the prediction takes from other runs.
Json prediction_section(const OtherRuns &others) {
    Json section;
    put(section, "transport_ns", {others.transport_ns, "no seed-flush-each run beside this one"});
    put(section, "reading_ns", {others.reading_ns, "no seed-unstamped run beside this one"});
    return section;
}

Json residency_section(const ResultInput &input, const Json &windows) {
    const auto samples = input.recording ? std::span<const Sample>(input.recording->samples)
                                         : std::span<const Sample>{};
    const auto residency = is_one_way(input.plan.scenario)
                               ? analyse_residency(samples)
                               : no_residency("a round trip waits for no other message");
    const auto predicted = predicted_mean_ns(residency, input.others);
    Json section;
    put(section, "effective_batch", residency.effective_batch);
    put(section, "period_ns", residency.period_ns);
    put(section, "reading_ns", residency.reading_ns);
    put(section, "slope_ns_per_position", residency.slope_ns_per_position);
    put(section, "intercept_ns", residency.intercept_ns);
    put(section, "largest_residual_ns", residency.largest_residual_ns);
    section["predicted_from"] = prediction_section(input.others);
    put(section, "predicted_mean_ns", predicted);
    Measured measured{std::nullopt, windows.value("steady_mean_ns_reason", "")};
    if (windows.at("steady_mean_ns").is_number()) {
        measured.value = windows.at("steady_mean_ns").get<double>();
    }
    put(section, "measured_mean_ns", measured);
    Measured error{std::nullopt, predicted.value ? measured.reason : predicted.reason};
    if (predicted.value && measured.value) {
        error.value = *predicted.value / *measured.value - 1;
    }
    put(section, "error_fraction", error);
    section["by_position_p50_ns"] = residency.by_position_p50_ns;
    return section;
}

void put_round_trip(Json &result, const ResultInput &input) {
    result["round_trip"] = input.recording
                               ? round_trip_section(input.recording->groups, result["latency_ns"])
                               : Json();
    if (result["round_trip"].is_null()) {
        put_null(result, "round_trip",
                 is_one_way(input.plan.scenario) ? "messages go one way"
                 : input.recording               ? "no group of round trips was whole"
                                                 : kNoRecording);
    }
}

// The time from one message to the next is the schedule's where there is one.
void put_pace(Json &result, const ResultInput &input) {
    const bool is_flat_out = is_one_way(input.plan.scenario) && !is_open_loop(input.plan);
    result["pace"] = is_flat_out && input.recording ? pace_section(input.recording->pace) : Json();
    if (result["pace"].is_null()) {
        put_null(result, "pace",
                 !is_flat_out      ? "only a run flat out has a pace of its own"
                 : input.recording ? "the run was shorter than a stretch of messages"
                                   : kNoRecording);
    }
}

} // namespace

Json make_result(const ResultInput &input) {
    const auto &scenario = input.plan.scenario;
    Json result;
    result["schema_version"] = 1;
    result["status"] = input.outcome.trouble.empty() ? "complete" : "incomplete";
    if (!input.outcome.trouble.empty()) {
        result["status_reason"] = input.outcome.trouble;
    }
    result["started_utc"] = input.started_utc;
    result["project"] = input.project;
    result["scenario"] = scenario_section(input.plan);
    result["producer"] = side_section(input.outcome.producer, "messages_sent", scenario);
    put(result["producer"], "achieved_rate_per_s", achieved_rate(input));
    result["consumer"] = side_section(input.outcome.consumer, "messages_received", scenario);
    for (const auto &fault : kFaults) {
        if (input.recording) {
            result["consumer"][fault.key] = (*input.recording).*fault.count;
        } else {
            put_null(result["consumer"], fault.key, kNoRecording);
        }
    }
    put_latencies(result, input);
    put_schedule(result, input);
    put_replay(result, input.plan);
    result["windows"] = windows_section(input.recording);
    result["residency"] = residency_section(input, result["windows"]);
    put_round_trip(result, input);
    put_pace(result, input);
    put_traced_sections(result, input);
    result["floors"] = input.floors;
    put_null(result, "core_matrix", "only a bench measures it, for its main run");
    put_observations(result, input.outcome.seen);
    result["environment"] = input.environment;
    result["warnings"] = warnings_section(result["schedule"]);
    add_observation_warnings(result);
    result["claims"] = Json::array();
    return result;
}

} // namespace tickring
