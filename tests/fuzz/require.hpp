// SPDX-License-Identifier: Apache-2.0
// require.hpp: what holds for every input, or the target ends and the input is kept.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tickring::fuzz {

inline void require(bool holds, const char *what) {
    if (!holds) {
        std::fprintf(stderr, "broken: %s\n", what);
        std::abort();
    }
}

} // namespace tickring::fuzz
