// SPDX-License-Identifier: Apache-2.0
// What only an instrumented run has in result.json. Pure.
#pragma once

#include "result.hpp"

namespace tickring {

// Adds breakdown_ns and spikes, or null with the reason. The sections before it are there already.
void put_traced_sections(Json &result, const ResultInput &input);

} // namespace tickring
