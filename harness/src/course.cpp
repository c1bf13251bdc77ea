// SPDX-License-Identifier: Apache-2.0
#include "course.hpp"

#include "error.hpp"

namespace tickring {
namespace {

constexpr const char *kNotVisible = "/proc/stat does not show it";
constexpr const char *kEnded = "it had ended, or /proc is not visible";

double seconds_after(std::uint64_t start_ns, std::uint64_t at_ns) {
    return static_cast<double>(static_cast<std::int64_t>(at_ns - start_ns)) / 1e9;
}

void put_grown(Json &entry, const std::string &key, const std::optional<std::uint64_t> &before,
               const std::optional<std::uint64_t> &after, const char *otherwise) {
    if (before && after && *after >= *before) {
        entry[key] = *after - *before;
    } else {
        put_null(entry, key, otherwise);
    }
}

void put_switches(Json &entry, const char *side, const Switches &before, const Switches &after) {
    put_grown(entry, concat(side, "_voluntary_switches"), before.voluntary, after.voluntary,
              kEnded);
    put_grown(entry, concat(side, "_involuntary_switches"), before.involuntary, after.involuntary,
              kEnded);
}

} // namespace

bool Course::is_due(std::uint64_t now_ns) const {
    return looks_.empty() || now_ns >= looks_.back().at_ns + step_ns_;
}

void Course::add(const CourseLook &look) {
    if (looks_.size() == kMostLooks) {
        for (std::size_t kept = 1; 2 * kept < looks_.size(); ++kept) {
            looks_[kept] = looks_[2 * kept];
        }
        looks_.resize((looks_.size() + 1) / 2);
        step_ns_ *= 2;
    }
    looks_.push_back(look);
}

void Course::put_into(Json &result, std::uint64_t start_ns) const {
    if (looks_.size() < 2) {
        put_null(result, "course", "the run was looked at less than twice");
        return;
    }
    result["course"] = Json::array();
    for (std::size_t i = 1; i < looks_.size(); ++i) {
        const auto &before = looks_[i - 1];
        const auto &after = looks_[i];
        Json entry;
        put(entry, "from_s", seconds_after(start_ns, before.at_ns));
        put(entry, "to_s", seconds_after(start_ns, after.at_ns));
        put_grown(entry, "steal_ms", before.steal_ms, after.steal_ms, kNotVisible);
        put_switches(entry, "producer", before.producer, after.producer);
        put_switches(entry, "consumer", before.consumer, after.consumer);
        result["course"].push_back(entry);
    }
}

} // namespace tickring
