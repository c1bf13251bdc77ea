// SPDX-License-Identifier: Apache-2.0
#include "course_look.hpp"

#include "clock.hpp"
#include "environment/use.hpp"
#include "error.hpp"

#include <fstream>
#include <string>

namespace tickring {
namespace {

Switches switches_of(pid_t process) {
    Switches switches;
    std::ifstream in(concat("/proc/", process, "/status"));
    std::uint64_t count = 0;
    for (std::string key; in >> key;) {
        if (key == "voluntary_ctxt_switches:" && in >> count) {
            switches.voluntary = count;
        } else if (key == "nonvoluntary_ctxt_switches:" && in >> count) {
            switches.involuntary = count;
        }
    }
    return switches;
}

} // namespace

CourseLook look_at_course(const SystemFiles &files, const std::vector<unsigned> &cpus,
                          pid_t producer, pid_t consumer) {
    return {monotonic_ns(), steal_ms(files, cpus), switches_of(producer), switches_of(consumer)};
}

} // namespace tickring
