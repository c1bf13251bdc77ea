// SPDX-License-Identifier: Apache-2.0
// Any bytes as the trace of a participant, on either clock. What is read was in the file; the rest
// is refused as broken.
#include "../../harness/src/error.hpp"
#include "../../harness/src/trace_file.hpp"
#include "input_file.hpp"

namespace {

using namespace tickring;
using tickring::fuzz::require;

void read_one(bool monotonic, std::size_t bytes) {
    try {
        const Trace trace = read_trace("producer.trace", monotonic);
        require(trace.messages.size() <= trace.message_count, "more messages than were sent");
        require(trace.events.size() <= trace.event_count, "more events than there were");
        require(trace.messages.size() * sizeof(TracedMessage) +
                        trace.events.size() * sizeof(TraceEvent) <=
                    bytes,
                "entries that are not in the file");
    } catch (const Error &error) {
        require(error.exit() == Exit::kBroken, "a damaged trace is not called broken");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    tickring::fuzz::write_file("producer.trace", data, bytes);
    read_one(false, bytes);
    read_one(true, bytes);
    return 0;
}
