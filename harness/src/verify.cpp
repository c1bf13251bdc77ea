// SPDX-License-Identifier: Apache-2.0
#include "result.hpp"

namespace tickring {

Verification verify(const RunPlan &plan, const RunOutcome &outcome, const Recording &recording) {
    const auto ordered = plan.scenario.messages;
    const auto sent = outcome.producer.report->messages;
    const auto received = outcome.consumer.report->messages;
    if (received != recording.messages_received) {
        return {Exit::kBroken, concat("the consumer reports ", received, " messages, its recorder ",
                                      recording.messages_received)};
    }
    if (!recording.complete) {
        return {Exit::kBroken, "the consumer reports a complete run, its recorder does not"};
    }
    if (plan.scenario.duration_ns == 0 && sent != ordered) {
        return {Exit::kBroken,
                concat("the producer reports ", sent, " messages, ordered were ", ordered)};
    }
    auto text = concat("integrity: ", sent, " sent, ", received, " received");
    bool is_whole = sent == received;
    for (const auto &fault : kFaults) {
        text += concat(", ", recording.*fault.count, " ", fault.words);
        is_whole = is_whole && recording.*fault.count == 0;
    }
    return is_whole ? Verification{} : Verification{Exit::kCheckFailed, text};
}

} // namespace tickring
