// SPDX-License-Identifier: Apache-2.0
// Looks at the kernel's counters for the course of a run; it asks the participants for nothing.
#pragma once

#include "course.hpp"
#include "environment/system_files.hpp"

#include <sys/types.h>
#include <vector>

namespace tickring {

CourseLook look_at_course(const SystemFiles &files, const std::vector<unsigned> &cpus,
                          pid_t producer, pid_t consumer);

} // namespace tickring
