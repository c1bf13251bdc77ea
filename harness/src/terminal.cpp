// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <cstdlib>
#include <unistd.h>

namespace tickring {

bool wants_colors() {
    const char *no_color = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

} // namespace tickring
