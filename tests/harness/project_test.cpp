// SPDX-License-Identifier: Apache-2.0
#include "project.hpp"

#include "error.hpp"

#include <gtest/gtest.h>

namespace tickring {
namespace {

TEST(DebugBuild, IsRefusedUnlessAFlagAllowsIt) {
    try {
        refuse_debug_build(true, false);
        FAIL() << "it was not refused";
    } catch (const Error &error) {
        EXPECT_EQ(error.exit(), Exit::kUsage);
        EXPECT_NE(std::string(error.what()).find("--allow-debug"), std::string::npos);
    }
    EXPECT_NO_THROW(refuse_debug_build(true, true));
    EXPECT_NO_THROW(refuse_debug_build(false, false));
}

TEST(DebugBuild, IsWhatTheBuildTypeSays) {
    const std::string type = project_section().at("build_type");
    if (type == "debug" || type == "debugoptimized") {
        EXPECT_TRUE(is_debug_build());
    }
    if (type == "release") {
        EXPECT_FALSE(is_debug_build());
    }
}

} // namespace
} // namespace tickring
