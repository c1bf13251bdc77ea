// SPDX-License-Identifier: Apache-2.0
// Any bytes as result.json; most are made by edits of JSON.
#include "python_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    static tickring::fuzz::PythonReader reader("result");
    reader.read(data, bytes);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t bytes,
                                               std::size_t most, unsigned seed) {
    static tickring::fuzz::PythonReader editor("edited_json");
    return editor.mutate(data, bytes, most, seed);
}
