// SPDX-License-Identifier: Apache-2.0
// The command line of a participant (docs/participants.md). Pure.
#pragma once

#include "child.hpp"
#include "session.hpp"

namespace tickring {

Launch launch_of(const RunPlan &plan, Role role);

} // namespace tickring
