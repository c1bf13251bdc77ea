// SPDX-License-Identifier: Apache-2.0
// The hardware threads of a machine and what they share, as plain values taken from hwloc.
#pragma once

#include <hwloc.h>
#include <optional>
#include <string>
#include <vector>

namespace tickring {

struct Cpu {
    unsigned index = 0; // the kernel's number
    unsigned core = 0;
    std::optional<unsigned> l2; // nothing: the machine does not say
    std::optional<unsigned> l3;
    unsigned package = 0;
    int efficiency = 0;   // larger: the faster kind of core
    bool allowed = false; // this process may run there
};

struct Topology {
    std::vector<Cpu> cpus;
    std::string summary; // "package:1 l3:1 l2:2 core:2 pu:2"
};

// Takes the hardware threads out of a loaded hwloc topology; allowed holds the kernel's numbers of
// those that may be used.
Topology topology_from(hwloc_topology_t loaded, const std::vector<unsigned> &allowed);

// This machine, with the CPUs that this process may use now. hwloc's own variable HWLOC_XMLFILE
// puts the description of another machine in its place. Throws Error (broken).
Topology topology_of_this_machine();

// Writes this machine as hwloc's XML, whole or not at all. Throws Error (usage) naming the file
// when it cannot be written.
void write_topology_xml(const std::string &file);

// The kernel's numbers of those that this process may use, sorted.
std::vector<unsigned> allowed_cpus(const Topology &topology);

// "0-3,8": CPU numbers in the kernel's notation.
std::string cpu_list(const std::vector<unsigned> &cpus);

} // namespace tickring
