// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include "error.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <unistd.h>

namespace tickring {

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::phase(const std::string &text) {
    end_bar();
    std::cerr << text << '\n';
}

void Progress::update(std::uint64_t done, std::uint64_t total) {
    if (terminal_) {
        std::cerr << "\r\033[K" << bar_text(done, total) << std::flush;
        bar_shown_ = true;
    }
}

void Progress::end_bar() {
    if (bar_shown_) {
        std::cerr << "\r\033[K" << std::flush;
        bar_shown_ = false;
    }
}

std::string bar_text(std::uint64_t done, std::uint64_t total) {
    if (total == 0) {
        return concat(done, " messages");
    }
    constexpr std::uint64_t kWidth = 40;
    const auto share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto filled = static_cast<std::size_t>(share * kWidth);
    std::ostringstream out;
    out << '[' << std::string(filled, '#') << std::string(kWidth - filled, '-') << "] "
        << std::setw(3) << static_cast<int>(share * 100) << " %  " << done << " of " << total;
    return out.str();
}

} // namespace tickring
