// SPDX-License-Identifier: Apache-2.0
#include "groups_section.hpp"

#include "error.hpp"
#include "quantity.hpp"

namespace tickring {
namespace {

void put_group_means(Json &section, const GroupMeans &means) {
    put(section, "mean_ns", means.mean_ns);
    put(section, "trimmed_mean_ns", means.trimmed_mean_ns);
    section["trim_fraction"] = kTrimFraction;
    put(section, "faster_half_mean_ns", means.faster_half_mean_ns);
    put(section, "min_ns", means.min_ns);
    put(section, "p50_ns", means.p50_ns);
    put(section, "p99_ns", means.p99_ns);
}

} // namespace

Json round_trip_section(const Groups &groups, const Json &latency_ns) {
    const auto summary = summarize_groups(groups.elapsed_ns, groups.round_trips_per_group);
    if (!summary) {
        return nullptr;
    }
    Json section;
    section["definition"] = "the time of a group of round trips, from one clock read before the "
                            "first to one after the last, over their number; the figures are of "
                            "these means";
    section["round_trips_per_group"] = groups.round_trips_per_group;
    section["groups"] = groups.count;
    section["groups_kept"] = groups.elapsed_ns.size();
    put_group_means(section, *summary);
    for (const char *key : {"mean", "p50", "p99"}) {
        const auto name = concat("stamped_", key, "_ns");
        if (latency_ns.is_object() && latency_ns.at(key).is_number()) {
            section[name] = latency_ns.at(key);
        } else {
            put_null(section, name, "no message is in the histogram");
        }
    }
    return section;
}

Json pace_section(const Stretches &pace) {
    const auto summary = summarize_groups(pace.elapsed_ns, pace.messages_per_stretch);
    if (!summary) {
        return nullptr;
    }
    Json section;
    section["definition"] = "the time per message of stretches of messages in a row, from the "
                            "receipt of the first of one to that of the first of the next";
    section["messages_per_stretch"] = pace.messages_per_stretch;
    section["stretches"] = pace.elapsed_ns.size();
    put_group_means(section, *summary);
    return section;
}

std::string round_trip_summary(const Json &section) {
    if (section.is_null()) {
        return "";
    }
    const auto text_at = [&](const char *key) {
        return human(section.at(key).get<double>(), "ns");
    };
    return concat("round trip  trimmed mean ", text_at("trimmed_mean_ns"), "  min ",
                  text_at("min_ns"), "  p50 ", text_at("p50_ns"), "  p99 ", text_at("p99_ns"),
                  "\n            (", section.at("groups"), " groups of ",
                  section.at("round_trips_per_group"), ", each timed by two clock reads)\n");
}

} // namespace tickring
