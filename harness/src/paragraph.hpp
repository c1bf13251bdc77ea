// SPDX-License-Identifier: Apache-2.0
// Sentences in 80 columns. Pure.
#pragma once

#include <string>

namespace tickring {

// The words of a text behind a beginning, broken into lines that fit; further lines are indented by
// so many columns. A word that is too long for a line gets one of its own, and is broken there.
std::string paragraph(const std::string &beginning, const std::string &text, std::size_t indent);

} // namespace tickring
