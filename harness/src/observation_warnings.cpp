// SPDX-License-Identifier: Apache-2.0
#include "observation_warnings.hpp"

#include "error.hpp"
#include "quantity.hpp"
#include "regimes.hpp"

#include <cmath>

namespace tickring {
namespace {

std::string step_text(const Json &step) {
    const auto step_ns = step.at("step_ns").get<double>();
    return concat("the realtime clock was set ", step_ns < 0 ? "back" : "forward", " by ",
                  human(std::abs(step_ns), "ns"), " between ", step.at("from_s").get<double>(),
                  " s and ", step.at("at_s").get<double>(),
                  " s: latencies across it are wrong by that");
}

} // namespace

void add_observation_warnings(Json &result) {
    const auto warn = [&](const char *id, const std::string &text) {
        result["warnings"].push_back({{"id", id}, {"text", text}});
    };
    if (result.at("scenario").at("clock") == "realtime") {
        for (const auto &step : result.at("clock_offset").at("steps")) {
            warn("clock_step", step_text(step));
        }
    }
    if (result.at("clock_offset").at("time_namespaces") == "different") {
        warn("time_namespaces", "the two sides and the harness are not in one time namespace: "
                                "their monotonic clocks differ");
    }
    const auto &regimes = result.at("regimes");
    const double elsewhere = regimes.is_array() ? share_in_other_regimes(regimes) : 0;
    if (elsewhere > 0) {
        warn("placement_changed",
             concat("the placement of the two CPUs changed: in ", human_percent(elsewhere),
                    " of the run a cache line took another time between them; see regimes"));
    }
}

} // namespace tickring
