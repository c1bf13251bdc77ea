// SPDX-License-Identifier: Apache-2.0
#include "paragraph.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace tickring {
namespace {

TEST(Paragraph, KeepsAShortTextOnOneLine) {
    EXPECT_EQ(paragraph("name    ", "a value", 8), "name    a value\n");
    EXPECT_EQ(paragraph("name    ", "", 8), "name    \n");
}

TEST(Paragraph, BreaksBetweenWordsAndIndentsTheRest) {
    const std::string word(30, 'x');
    EXPECT_EQ(paragraph("name    ", word + " " + word + " " + word, 8),
              "name    " + word + " " + word + "\n        " + word + "\n");
}

TEST(Paragraph, NeverExceedsEightyColumns) {
    std::istringstream lines(paragraph("name    ", std::string(300, 'x') + " end", 8));
    std::size_t letters = 0;
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U);
        for (const char letter : line) {
            letters += letter == 'x' ? 1 : 0;
        }
    }
    EXPECT_EQ(letters, 300U);
}

} // namespace
} // namespace tickring
