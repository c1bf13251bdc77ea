// SPDX-License-Identifier: Apache-2.0
// How values are put into result.json: finite numbers, or null with the reason beside it.
#pragma once

#include "analysis.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace tickring {

using Json = nlohmann::ordered_json;

// As it is written: indented, with a line end; bytes that are not UTF-8 are replaced.
std::string to_text(const Json &json);

void put_null(Json &section, const std::string &key, const std::string &reason);

// A number that is not finite becomes null too.
void put(Json &section, const std::string &key, double value);

void put(Json &section, const std::string &key, const Measured &value);

} // namespace tickring
