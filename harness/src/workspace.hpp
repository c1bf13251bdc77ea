// SPDX-License-Identifier: Apache-2.0
// One run at a time, in a private directory that is empty when it starts and gone when it ends.
#pragma once

#include "fd.hpp"

#include <filesystem>
#include <string>

namespace tickring {

// Holds the lock of this user's runs. It lies in XDG_RUNTIME_DIR, else in /tmp.
class Workspace {
  public:
    // Throws Error (broken) naming the process that holds the lock, or why there is no directory.
    Workspace();
    Workspace(const Workspace &) = delete;
    Workspace &operator=(const Workspace &) = delete;
    ~Workspace();

    // Starts afresh: removes what is left of an earlier run, killed ones included.
    void clear();

    // For --endpoint: a path in an empty directory.
    // Private to this user; what lies in it stays until the machine is started again.
    [[nodiscard]] std::filesystem::path folder() const { return run_.parent_path(); }
    [[nodiscard]] std::string endpoint() const;
    // For --ticks: a file that is not there yet.
    [[nodiscard]] std::filesystem::path ticks() const { return run_ / "ticks.bin"; }
    // The harness may make a socket of its own here.
    [[nodiscard]] std::string own_endpoint() const;
    // For --record: an empty directory.
    [[nodiscard]] std::filesystem::path record() const { return run_ / "record"; }

  private:
    std::filesystem::path run_;
    Fd lock_;
};

} // namespace tickring
