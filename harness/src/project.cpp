// SPDX-License-Identifier: Apache-2.0
#include "project.hpp"

#include "build_info.hpp"
#include "error.hpp"
#include "vcs_info.hpp"

namespace tickring {

std::string project_commit() { return std::string(kVcsDescription); }

bool is_debug_build() { return kIsDebug; }

void refuse_debug_build(bool is_debug, bool is_allowed) {
    if (is_debug && !is_allowed) {
        throw Error(Exit::kUsage, "this is a debug build (", kBuildType,
                    "), too slow to measure with; build with --buildtype=release, or give "
                    "--allow-debug");
    }
}

Json project_section() {
    constexpr std::string_view kDirty = "-dirty";
    const bool known = kVcsDescription != "unknown";
    const bool dirty = kVcsDescription.ends_with(kDirty);
    Json section;
    section["version"] = kVersion;
    if (known) {
        section["commit"] =
            kVcsDescription.substr(0, kVcsDescription.size() - (dirty ? kDirty.size() : 0));
        section["dirty"] = dirty;
    } else {
        put_null(section, "commit", "built outside a git checkout");
        put_null(section, "dirty", "built outside a git checkout");
    }
    section["build_type"] = kBuildType;
    section["compiler"] = kCompiler;
    return section;
}

std::string version_line() {
    return concat("tickring ", kVersion, " (", kVcsDescription, ", ", kBuildType, ", ", kCompiler,
                  ")");
}

} // namespace tickring
