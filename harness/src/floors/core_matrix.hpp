// SPDX-License-Identifier: Apache-2.0
// How far apart the CPUs of this machine are: a bare cache line there and back between each two.
#pragma once

#include "json.hpp"
#include "topology.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickring {

constexpr std::size_t kMostMatrixCpus = 12; // 66 pairs
constexpr std::uint64_t kMatrixBudget_ns = 2'000'000'000;

// Those to be measured among the allowed CPUs, in hwloc's order, most of them at most: the first,
// one for each way in which another can be near to it, and others evenly spread. Pure.
std::vector<Cpu> matrix_cpus(const Topology &topology, std::size_t most);

// The section core_matrix of a result. Takes two CPUs at a time, for some milliseconds a pair and
// for two seconds in all; a pair that there was no time for says so.
Json core_matrix_section(const Topology &topology);

} // namespace tickring
