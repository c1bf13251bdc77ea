// SPDX-License-Identifier: Apache-2.0
// error.hpp: what the last failed call on this thread ran into.
#pragma once

#include <tickring/geometry.hpp>

namespace tickring {

// Remembers code and text for tickring_last_error() and tickring_last_error_text(), and returns the
// code. The text names the field, the value and what is allowed.
[[gnu::format(printf, 2, 3)]] Code fail(Code code, const char *format, ...) noexcept;

// Remembers a code whose meaning says it all.
Code fail(Code code) noexcept;

// The same, with ": " and the system's text for error_number behind it.
[[gnu::format(printf, 3, 4)]] Code fail_errno(Code code, int error_number, const char *format,
                                              ...) noexcept;

Code last_error() noexcept;
const char *last_error_text() noexcept;
const char *describe(Code code) noexcept;

} // namespace tickring
