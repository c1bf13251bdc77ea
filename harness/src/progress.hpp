// SPDX-License-Identifier: Apache-2.0
// Tells a person how far a run is: a bar on a terminal, else one line per phase; on stderr.
#pragma once

#include <cstdint>
#include <string>

namespace tickring {

class Progress {
  public:
    Progress();
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;
    ~Progress() { end_bar(); }

    void phase(const std::string &text);

    // total 0: not known.
    void update(std::uint64_t done, std::uint64_t total);

    // Removes the bar, so that something else may be printed.
    void end_bar();

  private:
    bool terminal_;
    bool bar_shown_ = false;
};

// "[#########-----------]  45 %  225000 of 500000"
std::string bar_text(std::uint64_t done, std::uint64_t total);

} // namespace tickring
