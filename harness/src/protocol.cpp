// SPDX-License-Identifier: Apache-2.0
#include "protocol.hpp"

#include "error.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace tickring {
namespace {

using nlohmann::json;

constexpr std::string_view kReportPrefix = "report ";
constexpr std::array<std::string_view, 6> kEnds = {"complete",  "stopped", "peer_closed",
                                                   "peer_dead", "timeout", "error"};

std::uint64_t count_in(const json &object, const char *key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        throw Breach(concat("its report lacks '", key, "'"));
    }
    if (!found->is_number_unsigned()) {
        throw Breach(concat("its report has '", key, "': ", shown(found->dump()),
                            ", not a whole number from 0"));
    }
    return found->get<std::uint64_t>();
}

std::string expected_line(Role role, State state) {
    switch (state) {
    case State::kStarting:
        return role == Role::kConsumer ? "'listening'" : "'ready'";
    case State::kListening:
        return "'ready'";
    case State::kReady:
        return "nothing before 'go'";
    case State::kRunning:
        return "'report'";
    case State::kReported:
        break;
    }
    return "nothing after its report";
}

} // namespace

Report parse_report(std::string_view line) {
    const auto text = line.substr(kReportPrefix.size());
    const auto object = json::parse(text, nullptr, false);
    if (!object.is_object()) {
        throw Breach(concat("its report is not a JSON object: ", shown(text)));
    }
    Report report;
    report.messages = count_in(object, "messages");
    report.elapsed_ns = count_in(object, "elapsed_ns");
    report.backpressure_count = count_in(object, "backpressure_count");
    report.voluntary_switches = count_in(object, "voluntary_switches");
    report.involuntary_switches = count_in(object, "involuntary_switches");
    report.minor_faults = count_in(object, "minor_faults");
    report.major_faults = count_in(object, "major_faults");
    const auto end = object.find("end");
    if (end == object.end() || !end->is_string() ||
        std::find(kEnds.begin(), kEnds.end(), end->get<std::string>()) == kEnds.end()) {
        throw Breach("its report has no 'end' that is known");
    }
    report.end = end->get<std::string>();
    if (const auto error = object.find("error"); error != object.end() && error->is_string()) {
        report.error = error->get<std::string>();
    }
    return report;
}

State advance(Role role, State state, std::string_view line, std::optional<Report> &report) {
    if (role == Role::kConsumer && state == State::kStarting && line == "listening") {
        return State::kListening;
    }
    const State before_ready = role == Role::kConsumer ? State::kListening : State::kStarting;
    if (state == before_ready && line == "ready") {
        return State::kReady;
    }
    if (state == State::kRunning && line.starts_with(kReportPrefix)) {
        report = parse_report(line);
        return State::kReported;
    }
    throw Breach(
        concat("it said '", shown(line), "' where ", expected_line(role, state), " was expected"));
}

std::string shown(std::string_view text, std::size_t max_bytes) {
    std::string out;
    for (const char c : text.substr(0, max_bytes)) {
        out += c >= ' ' && c <= '~' ? c : '?';
    }
    return text.size() > max_bytes ? out + "..." : out;
}

} // namespace tickring
