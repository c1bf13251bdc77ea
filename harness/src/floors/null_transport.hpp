// SPDX-License-Identifier: Apache-2.0
// The floor of the method: a message that goes nowhere.
#pragma once

#include "analysis.hpp"

#include <ctime>
#include <string>

namespace tickring {

// The median latency of a message that one thread stamps, sends over a ring and receives itself, by
// the same clock; the least that any transport could show. path: a socket may be made there.
Measured measure_null_transport(const std::string &path, clockid_t clock);

} // namespace tickring
