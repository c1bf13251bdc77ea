// SPDX-License-Identifier: Apache-2.0
// Machines that are not here: built by hwloc from a description and read back from its XML, so
// that no hardware is needed.
#pragma once

#include "topology.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <string>

namespace tickring {

// Every hardware thread is allowed unless the allowed ones are given.
inline Topology described_machine(const std::string &description,
                                  std::vector<unsigned> allowed = {}) {
    hwloc_topology_t described = nullptr;
    hwloc_topology_t loaded = nullptr;
    char *xml = nullptr;
    int bytes = 0;
    EXPECT_EQ(hwloc_topology_init(&described), 0);
    EXPECT_EQ(hwloc_topology_set_synthetic(described, description.c_str()), 0);
    EXPECT_EQ(hwloc_topology_load(described), 0);
    EXPECT_EQ(hwloc_topology_export_xmlbuffer(described, &xml, &bytes, 0), 0);
    EXPECT_EQ(hwloc_topology_init(&loaded), 0);
    EXPECT_EQ(hwloc_topology_set_xmlbuffer(loaded, xml, bytes), 0);
    EXPECT_EQ(hwloc_topology_load(loaded), 0);
    if (allowed.empty()) {
        const int count = hwloc_get_nbobjs_by_type(loaded, HWLOC_OBJ_PU);
        allowed.resize(static_cast<std::size_t>(count));
        std::iota(allowed.begin(), allowed.end(), 0U);
    }
    auto topology = topology_from(loaded, allowed);
    hwloc_free_xmlbuffer(described, xml);
    hwloc_topology_destroy(loaded);
    hwloc_topology_destroy(described);
    return topology;
}

// A machine of tests/harness/machines/.
inline Topology kept_machine(const std::string &name) {
    hwloc_topology_t loaded = nullptr;
    const auto file = std::string(TICKRING_MACHINES) + "/" + name + ".xml";
    EXPECT_EQ(hwloc_topology_init(&loaded), 0);
    EXPECT_EQ(hwloc_topology_set_xml(loaded, file.c_str()), 0) << file;
    EXPECT_EQ(hwloc_topology_load(loaded), 0) << file;
    std::vector<unsigned> all(
        static_cast<std::size_t>(hwloc_get_nbobjs_by_type(loaded, HWLOC_OBJ_PU)));
    std::iota(all.begin(), all.end(), 0U);
    auto topology = topology_from(loaded, all);
    hwloc_topology_destroy(loaded);
    return topology;
}

// Two packages, each of two L3 groups of two L2 groups of one core with two hardware threads.
inline const char *const kServer = "pack:2 l3:2 l2:2 core:1 pu:2";

} // namespace tickring
