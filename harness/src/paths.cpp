// SPDX-License-Identifier: Apache-2.0
#include "paths.hpp"

namespace tickring {

Paths installed_paths() {
    namespace fs = std::filesystem;
    const auto command = fs::read_symlink("/proc/self/exe");
    const auto prefix = command.parent_path().parent_path();
    const auto own_python = prefix / "bin" / "python";
    std::error_code error;
    return {
        .command = command,
        .scenarios = prefix / "share" / "tickring" / "scenarios",
        .published = prefix / "share" / "tickring" / "published",
        .schema = prefix / "share" / "tickring" / "result.schema.json",
        .participants = prefix / "libexec" / "tickring",
        .python = fs::exists(own_python, error) ? own_python : fs::path("python3"),
    };
}

} // namespace tickring
