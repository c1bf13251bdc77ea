// SPDX-License-Identifier: Apache-2.0
// A run directory: there whole, or not at all.
#pragma once

#include "json.hpp"

#include <filesystem>
#include <string>

namespace tickring {

// "20261121T041004Z" of the present moment.
std::string utc_now();

// "<UTC>-<commit>[-dirty]-<host>-<scenario>".
std::string run_name(const std::string &utc, const std::string &scenario);

// Makes folder if need be, removes what killed runs left unfinished there, and tries whether it can
// be written to. Throws Error (usage when it is no folder to write to, broken when it is full).
void check_output(const std::filesystem::path &folder);

// Writes result.json and copies the recorder's logs, if there, into folder/name, or folder/name-2
// and so on when there is such a directory already. Returns the directory. Throws Error (broken);
// then nothing is left.
std::filesystem::path write_run_directory(const std::filesystem::path &folder,
                                          const std::string &name, const Json &result,
                                          const std::filesystem::path &record);

} // namespace tickring
