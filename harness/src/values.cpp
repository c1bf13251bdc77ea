// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include "error.hpp"

#include <charconv>
#include <cmath>

namespace tickring {
namespace {

constexpr double kNsPerS = 1e9;
constexpr double kMillion = 1e6;

template <typename Number> bool parse_whole(std::string_view text, Number &value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

double factor(std::uint64_t millionths) { return static_cast<double>(millionths) / kMillion; }

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / kNsPerS; }

} // namespace

void refuse_value(std::string_view where, std::string_view text, const std::string &allowed) {
    throw Error(Exit::kUsage, where, " '", text, "' is not allowed; give ", allowed);
}

std::string allowed_count(std::uint64_t min, std::uint64_t max) {
    return concat("a whole number from ", min, " to ", max);
}

std::uint64_t parse_count(std::string_view where, std::string_view text, std::uint64_t min,
                          std::uint64_t max) {
    std::uint64_t value = 0;
    if (!parse_whole(text, value) || value < min || value > max) {
        refuse_value(where, text, allowed_count(min, max));
    }
    return value;
}

std::string allowed_power_of_two(std::uint64_t min, std::uint64_t max) {
    return concat("a power of two from ", min, " to ", max);
}

std::uint64_t parse_power_of_two(std::string_view where, std::string_view text, std::uint64_t min,
                                 std::uint64_t max) {
    std::uint64_t value = 0;
    if (!parse_whole(text, value) || value < min || value > max || (value & (value - 1)) != 0) {
        refuse_value(where, text, allowed_power_of_two(min, max));
    }
    return value;
}

std::string allowed_seconds(std::uint64_t min_ns, std::uint64_t max_ns) {
    return concat("seconds from ", seconds(min_ns), " to ", seconds(max_ns));
}

std::uint64_t parse_seconds_ns(std::string_view where, std::string_view text, std::uint64_t min_ns,
                               std::uint64_t max_ns) {
    double value = 0;
    // Written so that a NaN is refused too.
    if (!parse_whole(text, value) || !(value >= seconds(min_ns) && value <= seconds(max_ns))) {
        refuse_value(where, text, allowed_seconds(min_ns, max_ns));
    }
    return static_cast<std::uint64_t>(std::llround(value * kNsPerS));
}

std::string allowed_factor(std::uint64_t min, std::uint64_t max) {
    return concat("a factor from ", factor(min), " to ", factor(max));
}

std::uint64_t parse_factor_millionths(std::string_view where, std::string_view text,
                                      std::uint64_t min, std::uint64_t max) {
    double value = 0;
    // Written so that a NaN is refused too.
    if (!parse_whole(text, value) || !(value >= factor(min) && value <= factor(max))) {
        refuse_value(where, text, allowed_factor(min, max));
    }
    return static_cast<std::uint64_t>(std::llround(value * kMillion));
}

} // namespace tickring
