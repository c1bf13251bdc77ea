// SPDX-License-Identifier: Apache-2.0
// Asks another program a short question.
#pragma once

#include <string>
#include <vector>

namespace tickring {

// The first line that a program writes to its standard output; empty when it cannot be started,
// writes none, or takes longer than some seconds.
std::string capture(const std::vector<std::string> &argv);

} // namespace tickring
