// SPDX-License-Identifier: Apache-2.0
#include "trace_file.hpp"

#include "error.hpp"

#include <algorithm>
#include <fstream>

namespace tickring {
namespace {

constexpr std::uint64_t kMagic = 0x314352544b434954; // "TICKTRC1"
constexpr std::uint64_t kMost = std::uint64_t{1} << 32;

struct Header {
    std::uint64_t magic = 0;
    std::uint32_t role = 0;
    std::uint32_t clock = 0;
    std::uint64_t gap_ns = 0;
    std::uint64_t message_capacity = 0;
    std::uint64_t message_count = 0;
    std::uint64_t event_capacity = 0;
    std::uint64_t event_count = 0;
    std::uint64_t clock_reads_count = 0;
};
static_assert(sizeof(Header) == 64);

void check(const Header &header, std::uint64_t bytes, const std::string &name, bool monotonic) {
    if (header.magic != kMagic) {
        throw Error(Exit::kBroken, name, " is not a trace");
    }
    if (header.clock != (monotonic ? 1U : 0U)) {
        throw Error(Exit::kBroken, name, " is on another clock than the run");
    }
    if (header.message_capacity > kMost || header.event_capacity > kMost ||
        bytes < sizeof header + header.message_capacity * sizeof(TracedMessage) +
                    header.event_capacity * sizeof(TraceEvent)) {
        throw Error(Exit::kBroken, name, " has ", bytes, " bytes, fewer than its begin says");
    }
}

template <class Entry>
std::vector<Entry> read_entries(std::ifstream &in, std::uint64_t capacity, std::uint64_t count) {
    std::vector<Entry> entries(std::min(capacity, count));
    // An entry in memory is that of the file: little-endian, no gaps.
    in.read(reinterpret_cast<char *>(entries.data()),
            static_cast<std::streamsize>(entries.size() * sizeof(Entry)));
    in.seekg(static_cast<std::streamoff>((capacity - entries.size()) * sizeof(Entry)),
             std::ios::cur);
    return entries;
}

} // namespace

Trace read_trace(const std::filesystem::path &file, bool monotonic) {
    const auto name = file.filename().string();
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    std::ifstream in(file, std::ios::binary);
    Header header;
    if (error || !in.read(reinterpret_cast<char *>(&header), sizeof header)) {
        throw Error(Exit::kBroken, "there is no whole ", name);
    }
    check(header, bytes, name, monotonic);
    Trace trace;
    trace.messages = read_entries<TracedMessage>(in, header.message_capacity, header.message_count);
    trace.events = read_entries<TraceEvent>(in, header.event_capacity, header.event_count);
    trace.message_count = header.message_count;
    trace.event_count = header.event_count;
    trace.clock_reads_count = header.clock_reads_count;
    trace.gap_ns = header.gap_ns;
    return trace;
}

Traces read_traces(const std::filesystem::path &folder, bool monotonic) {
    Traces traces;
    try {
        traces.producer = read_trace(folder / "producer.trace", monotonic);
        traces.consumer = read_trace(folder / "consumer.trace", monotonic);
    } catch (const Error &error) {
        traces.missing = error.what();
    }
    return traces;
}

} // namespace tickring
