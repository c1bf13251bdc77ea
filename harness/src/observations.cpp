// SPDX-License-Identifier: Apache-2.0
#include "observations.hpp"

#include "regimes.hpp"

namespace tickring {
namespace {

void put_resident(Json &section, const Resident &resident) {
    const auto put_bytes = [&](const char *key, const std::optional<std::uint64_t> &bytes) {
        if (bytes) {
            section[key] = *bytes;
        } else {
            put_null(section, key, "it had ended, or /proc is not visible");
        }
    };
    put_bytes("resident_start_bytes", resident.start_bytes);
    put_bytes("resident_end_bytes", resident.end_bytes);
}

} // namespace

void put_observations(Json &result, const Observations &seen) {
    put_regimes(result, seen.probes, seen.start_ns, seen.end_ns);
    seen.course.put_into(result, seen.start_ns);
    result["clock_offset"] = seen.clock_watch.section(seen.start_ns);
    result["clock_offset"]["time_namespaces"] = seen.time_namespaces;
    put_resident(result["producer"], seen.producer);
    put_resident(result["consumer"], seen.consumer);
}

} // namespace tickring
