// SPDX-License-Identifier: Apache-2.0
// The table of claims as it is shown in a terminal of 80 columns. Pure.
#pragma once

#include "json.hpp"

#include <string>

namespace tickring {

std::string claims_table(const Json &claims, bool colored);

// The figures of one run in a few lines: counts, throughput, latency.
std::string run_summary(const Json &result);

// The warnings of a result for standard error, a line each.
std::string warning_lines(const Json &result);

} // namespace tickring
