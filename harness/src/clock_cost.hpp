// SPDX-License-Identifier: Apache-2.0
// What it costs to read a clock, natively.
#pragma once

#include <string_view>

namespace tickring {

// Nanoseconds per read of the run's clock, the least of a few short series; takes some
// milliseconds.
double clock_read_ns(std::string_view clock);

} // namespace tickring
