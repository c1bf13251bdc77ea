// SPDX-License-Identifier: Apache-2.0
// Any bytes as a trade file, or as a prepared one.
#include "python_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    static tickring::fuzz::PythonReader reader("ticks");
    reader.read(data, bytes);
    return 0;
}
