// SPDX-License-Identifier: Apache-2.0
// Numbers with their unit as people read them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tickring {

// "943 ns", "14.6 us", "1.060M/s": three or four figures, in a fitting unit. unit is "ns" or
// "msg/s"; another one is put behind the number as it is.
std::string human(double value, std::string_view unit);

// "14.0 - 16.0 us"; a single value when low and high are the same.
std::string human_range(double low, double high, std::string_view unit);

// "3.2 %" of a fraction of 0.032.
std::string human_percent(double fraction);

} // namespace tickring
