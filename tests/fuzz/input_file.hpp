// SPDX-License-Identifier: Apache-2.0
// input_file.hpp: an input as the file that is read, in the scratch folder that fuzz.py starts in.
#pragma once

#include "require.hpp"

#include <cstddef>
#include <fstream>

namespace tickring::fuzz {

inline void write_file(const char *name, const void *data, std::size_t bytes) {
    std::ofstream file(name, std::ios::binary | std::ios::trunc);
    file.write(static_cast<const char *>(data), static_cast<std::streamsize>(bytes));
    require(file.flush().good(), "an input cannot be written to the scratch folder");
}

} // namespace tickring::fuzz
