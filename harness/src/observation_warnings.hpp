// SPDX-License-Identifier: Apache-2.0
// What was observed of a run and spoils its figures. Pure.
#pragma once

#include "json.hpp"

namespace tickring {

// Adds to the section warnings of a result whose other sections are there, each {id, text}.
void add_observation_warnings(Json &result);

} // namespace tickring
