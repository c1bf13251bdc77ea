// SPDX-License-Identifier: Apache-2.0
#include "participants.hpp"

#include "error.hpp"

#include <cstdlib>
#include <set>
#include <tuple>
#include <unistd.h>

namespace fs = std::filesystem;

namespace tickring {
namespace {

fs::path folder_of(Role role) { return role == Role::kConsumer ? "consumers" : "producers"; }

std::string join(const std::vector<fs::path> &folders) {
    std::string text;
    for (const auto &folder : folders) {
        text += (text.empty() ? "" : ", ") + folder.string();
    }
    return text;
}

} // namespace

const char *name_of(Role role) { return role == Role::kConsumer ? "consumer" : "producer"; }

Participants::Participants(const Paths &paths) {
    const char *variable = std::getenv("TICKRING_PARTICIPANTS");
    std::istringstream list(variable == nullptr ? "" : variable);
    for (std::string folder; std::getline(list, folder, ':');) {
        if (!folder.empty()) {
            folders_.emplace_back(folder);
        }
    }
    folders_.push_back(paths.participants);
}

Program Participants::find(Role role, const std::string &language,
                           const std::string &transport) const {
    std::error_code error;
    for (const auto &folder : folders_) {
        const auto file = folder / folder_of(role) / language / transport;
        const auto script = fs::path(file.string() + ".py");
        if (fs::is_regular_file(file, error)) {
            if (::access(file.c_str(), X_OK) != 0) {
                throw Error(Exit::kUsage, "the ", name_of(role), " ", file.string(),
                            " may not be executed");
            }
            return {file, false};
        }
        if (fs::is_regular_file(script, error)) {
            return {script, true};
        }
    }
    std::string known;
    for (const auto &program : list()) {
        if (program.role == role) {
            known += concat(" ", program.language, "/", program.transport);
        }
    }
    throw Error(Exit::kUsage, "no ", name_of(role), " '", language, "' for transport '", transport,
                "'; found:", known.empty() ? " none" : known, "; searched: ", join(folders_));
}

std::vector<KnownProgram> Participants::list() const {
    std::set<std::tuple<Role, std::string, std::string>> found;
    std::error_code error;
    for (const auto &folder : folders_) {
        for (const Role role : {Role::kConsumer, Role::kProducer}) {
            for (const auto &language : fs::directory_iterator(folder / folder_of(role), error)) {
                for (const auto &file : fs::directory_iterator(language.path(), error)) {
                    const bool shared = file.path().filename().string().starts_with('_');
                    if (file.is_regular_file(error) && !shared) {
                        found.emplace(role, language.path().filename().string(),
                                      file.path().stem().string());
                    }
                }
            }
        }
    }
    std::vector<KnownProgram> programs;
    for (const auto &[role, language, transport] : found) {
        programs.push_back({role, language, transport});
    }
    return programs;
}

} // namespace tickring
