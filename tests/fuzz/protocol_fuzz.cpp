// SPDX-License-Identifier: Apache-2.0
// Any lines from a participant, from its first one to its report. Each leads on or is a breach, and
// what is shown of it is plain text.
#include "../../harness/src/protocol.hpp"
#include "require.hpp"

#include <fuzzer/FuzzedDataProvider.h>

namespace {

using namespace tickring;
using tickring::fuzz::require;

void converse(Role role, FuzzedDataProvider &input) {
    State state = State::kStarting;
    std::optional<Report> report;
    while (input.remaining_bytes() > 0) {
        const auto line = input.ConsumeRandomLengthString();
        try {
            state = advance(role, state, line, report);
        } catch (const Breach &breach) {
            const std::string_view words = breach.what();
            require(words == shown(words, words.size()), "a breach is told in control characters");
            return;
        }
        require((state == State::kReported) == report.has_value(), "a report without its line");
        if (state == State::kReady) {
            state = State::kRunning; // what the harness makes of it with its "go"
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    FuzzedDataProvider input(data, bytes);
    converse(input.ConsumeBool() ? Role::kConsumer : Role::kProducer, input);
    return 0;
}
