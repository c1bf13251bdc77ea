// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them. Each throws Error (usage) that names the value and what is allowed;
// where is what comes before it: "--messages", "seed.toml:3: messages".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickring {

[[noreturn]] void refuse_value(std::string_view where, std::string_view text,
                               const std::string &allowed);

// "a whole number from 1 to 10"
std::string allowed_count(std::uint64_t min, std::uint64_t max);
std::uint64_t parse_count(std::string_view where, std::string_view text, std::uint64_t min,
                          std::uint64_t max);

// "a power of two from 4096 to 2147483648"
std::string allowed_power_of_two(std::uint64_t min, std::uint64_t max);
std::uint64_t parse_power_of_two(std::string_view where, std::string_view text, std::uint64_t min,
                                 std::uint64_t max);

// "seconds from 0.001 to 86400"; the result is in nanoseconds.
std::string allowed_seconds(std::uint64_t min_ns, std::uint64_t max_ns);
std::uint64_t parse_seconds_ns(std::string_view where, std::string_view text, std::uint64_t min_ns,
                               std::uint64_t max_ns);

// "a factor from 0.001 to 1000000"; arguments and result are in millionths.
std::string allowed_factor(std::uint64_t min, std::uint64_t max);
std::uint64_t parse_factor_millionths(std::string_view where, std::string_view text,
                                      std::uint64_t min, std::uint64_t max);

} // namespace tickring
