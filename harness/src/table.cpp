// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include "breakdown.hpp"
#include "error.hpp"
#include "floors/floors.hpp"
#include "groups_section.hpp"
#include "paragraph.hpp"
#include "quantity.hpp"
#include "recording.hpp"

#include <iomanip>

namespace tickring {
namespace {

std::string row(const std::string &title, const std::string &published, const std::string &measured,
                const std::string &predicted, const std::string &verdict) {
    std::ostringstream out;
    out << std::left << std::setw(25) << title << std::right << std::setw(15) << published
        << std::setw(12) << measured << std::setw(11) << predicted << "  " << verdict << '\n';
    return out.str();
}

// A line of the summary, broken where it is too long.
std::string wrapped_from_the_margin(const std::string &line) { return paragraph("", line, 2); }

// A verdict in its color, which no other column comes after.
std::string painted(const std::string &verdict, bool colored) {
    if (!colored) {
        return verdict;
    }
    const bool bad = verdict == "not reproduced";
    const char *color = bad ? "31" : verdict == "not comparable" ? "33" : "32";
    return concat("\033[", color, "m", verdict, "\033[0m");
}

std::string published_text(const Json &claim) {
    const auto &published = claim.at("published");
    const std::string unit = claim.at("unit");
    if (published.is_object()) {
        return human_range(published.at("low"), published.at("high"), unit);
    }
    return human(published.get<double>(), unit);
}

std::string number_text(const Json &claim, const char *key) {
    return claim.at(key).is_null()
               ? "-"
               : human(claim.at(key).get<double>(), claim.at("unit").get<std::string>());
}

std::string text_at(const Json &section, const char *key, const char *unit) {
    return section.at(key).is_null() ? "-" : human(section.at(key).get<double>(), unit);
}

std::string latency_line(const char *title, const Json &latency) {
    if (latency.is_null()) {
        return "";
    }
    return concat(title, "p50 ", text_at(latency, "p50", "ns"), "  p99 ",
                  text_at(latency, "p99", "ns"), "  p99.9 ", text_at(latency, "p99_9", "ns"),
                  "  max ", text_at(latency, "max", "ns"), "  (", latency.at("count"), ")\n");
}

std::string breakdown_line(const Json &breakdown) {
    if (breakdown.is_null()) {
        return "";
    }
    std::string text = "consists of";
    for (const char *part : kParts) {
        text += concat(part == kParts.front() ? " " : ", ", part, " ",
                       text_at(breakdown.at(part), "mean", "ns"));
    }
    return wrapped_from_the_margin(text);
}

std::string spikes_line(const Json &spikes) {
    if (spikes.is_null()) {
        return "";
    }
    std::string text = concat("spikes      ", spikes.at("total_count"), " beyond ",
                              text_at(spikes, "threshold_ns", "ns"));
    for (const auto &cause : spikes.at("causes")) {
        text += concat(cause == spikes.at("causes").front() ? ": " : ", ",
                       cause.at("cause").get<std::string>(), " ", cause.at("count"), " (",
                       text_at(cause, "share_of_time", "share"), " of the time)");
    }
    return wrapped_from_the_margin(text);
}

} // namespace

std::string claims_table(const Json &claims, bool colored) {
    std::string text = row("figure", "published", "measured", "predicted", "verdict");
    for (const auto &claim : claims) {
        text += row(claim.at("title"), published_text(claim), number_text(claim, "measured"),
                    number_text(claim, "predicted"), painted(claim.at("verdict"), colored));
        text += paragraph("  ", claim.at("reason"), 2);
    }
    return text;
}

std::string run_summary(const Json &result) {
    const auto &producer = result.at("producer");
    const auto &consumer = result.at("consumer");
    std::string text = concat("messages    ", producer.at("messages_sent"), " sent, ",
                              consumer.at("messages_received"), " received");
    for (const auto &fault : kFaults) {
        text += concat(", ", fault.words, " ", consumer.at(fault.key));
    }
    text += "\n";
    if (!producer.at("throughput_per_s").is_null()) {
        text += concat("throughput  ", text_at(producer, "throughput_per_s", "msg/s"), "\n");
    }
    text += latency_line("latency     ", result.at("latency_ns"));
    text += latency_line("intended    ", result.at("intended_latency_ns"));
    text += latency_line("sent late   ", result.at("schedule_delay_ns"));
    text += round_trip_summary(result.at("round_trip"));
    const auto &windows = result.at("windows");
    text += concat("windows     steady mean ", text_at(windows, "steady_mean_ns", "ns"),
                   ", largest ", text_at(windows, "spike_max_mean_ns", "ns"), "\n");
    text += breakdown_line(result.at("breakdown_ns"));
    text += spikes_line(result.at("spikes"));
    text += floors_summary(result.at("floors"));
    return text;
}

std::string warning_lines(const Json &result) {
    std::string text;
    for (const auto &warning : result.at("warnings")) {
        text += concat("tickring: warning: ", result.at("scenario").at("name").get<std::string>(),
                       ": ", warning.at("text").get<std::string>(), "\n");
    }
    return text;
}

} // namespace tickring
