// SPDX-License-Identifier: Apache-2.0
#include "traced_sections.hpp"

#include "breakdown_section.hpp"
#include "spikes_section.hpp"

namespace tickring {
namespace {

// Why the samples and the traces cannot be joined; empty when they can.
std::string obstacle_to_joining(const ResultInput &input) {
    if (!input.instruments) {
        return "not an instrumented run";
    }
    if (!input.instruments->traces.missing.empty()) {
        return input.instruments->traces.missing;
    }
    if (!input.recording) {
        return "the recorder left nothing usable";
    }
    // The consumer's trace counts what it gets, so the n-th must be message number n.
    for (const auto &fault : kFaults) {
        if ((*input.recording).*fault.count != 0) {
            return "messages with a fault cannot be told apart in the traces";
        }
    }
    return "";
}

} // namespace

void put_traced_sections(Json &result, const ResultInput &input) {
    std::string missing = obstacle_to_joining(input);
    std::vector<Journey> journeys;
    if (missing.empty()) {
        journeys = join(input.recording->samples, input.instruments->traces);
        missing = journeys.empty() ? "no message is both sampled and traced" : "";
    }
    if (!missing.empty()) {
        put_null(result, "breakdown_ns", missing);
        put_null(result, "spikes", missing);
        return;
    }
    const auto &batch = result.at("residency").at("effective_batch");
    const Measured effective_batch =
        batch.is_number() ? Measured{batch.get<double>(), ""}
                          : Measured{std::nullopt, "no publication was sampled whole"};
    const auto &recording = *input.recording;
    std::optional<InstrumentCost> cost;
    if (input.plan.scenario.alternates) {
        cost = instrument_cost(recording.samples);
    }
    result["breakdown_ns"] =
        breakdown_section(journeys, effective_batch, input.instruments->clock_read_ns, cost);
    result["spikes"] = spikes_section({
        .journeys = journeys,
        .traces = input.instruments->traces,
        .start_ns = input.outcome.start_ns,
        .sampled_fraction =
            static_cast<double>(journeys.size()) / static_cast<double>(recording.messages_received),
        .messages_per_window = recording.messages_per_window,
        .window_means_ns = recording.window_means_ns,
    });
}

} // namespace tickring
