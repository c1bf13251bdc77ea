// SPDX-License-Identifier: Apache-2.0
// Settings of the machine that --tune changes for the time of a run, and puts back.
#pragma once

#include "environment/system_files.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tickring {

struct Setting {
    std::string path;   // as on a machine
    std::string before; // what it was
    std::string wanted; // what it is during the run
};

class Tuning {
  public:
    // folder: private to this user, and nobody else tunes from it at the same time. Puts back what
    // a process that was killed has left changed; its journal lies there.
    Tuning(SystemFiles files, const std::filesystem::path &folder);
    Tuning(const Tuning &) = delete;
    Tuning &operator=(const Tuning &) = delete;
    // Puts everything back that still has the value that was set; what that fails for stays in the
    // journal.
    ~Tuning();

    // Changes what is not yet as it should be for a run on these CPUs. Throws Error (broken) naming
    // the first setting that may not be changed; then none is.
    void tune(const std::vector<unsigned> &cpus);

    // How many settings of a killed process were put back.
    [[nodiscard]] std::size_t recovered() const { return recovered_; }

    // "transparent_hugepage/enabled madvise (was always), ...", or "none".
    [[nodiscard]] std::string text() const;

  private:
    void write_journal() const;
    std::size_t put_back();

    SystemFiles files_;
    std::filesystem::path journal_;
    std::vector<Setting> changed_;
    std::size_t recovered_ = 0;
};

} // namespace tickring
