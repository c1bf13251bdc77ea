// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file that Python reads. The target's name is that of the reader in
// file_readers.py; where it has an editor, most inputs are made by that.
#include "python_reader.hpp"

#include <filesystem>
#include <string>

namespace {

using tickring::fuzz::PythonReader;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): libFuzzer tells it once
std::string target_name;

} // namespace

extern "C" int LLVMFuzzerInitialize(const int *, char ***arguments) {
    target_name = std::filesystem::path((*arguments)[0]).filename();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    static PythonReader reader(target_name);
    reader.read(data, bytes);
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t bytes,
                                               std::size_t most, unsigned seed) {
    static PythonReader editor("edited_" + target_name);
    return editor.mutate(data, bytes, most, seed);
}
