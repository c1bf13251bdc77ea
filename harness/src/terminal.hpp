// SPDX-License-Identifier: Apache-2.0
// What standard output is.
#pragma once

namespace tickring {

// Whether it is a terminal whose user did not ask for text without colors (NO_COLOR).
bool wants_colors();

} // namespace tickring
