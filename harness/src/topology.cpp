// SPDX-License-Identifier: Apache-2.0
#include "topology.hpp"

#include "error.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sched.h>

namespace tickring {
namespace {

std::optional<unsigned> shared_object(hwloc_topology_t loaded, hwloc_obj_type_t type,
                                      hwloc_obj_t pu) {
    const auto *object = hwloc_get_ancestor_obj_by_type(loaded, type, pu);
    return object == nullptr ? std::nullopt : std::optional(object->logical_index);
}

Cpu cpu_from(hwloc_topology_t loaded, hwloc_obj_t pu) {
    Cpu cpu;
    cpu.index = pu->os_index;
    cpu.core = shared_object(loaded, HWLOC_OBJ_CORE, pu).value_or(pu->logical_index);
    cpu.l2 = shared_object(loaded, HWLOC_OBJ_L2CACHE, pu);
    cpu.l3 = shared_object(loaded, HWLOC_OBJ_L3CACHE, pu);
    cpu.package = shared_object(loaded, HWLOC_OBJ_PACKAGE, pu).value_or(0);
    cpu.efficiency = std::max(0, hwloc_cpukinds_get_by_cpuset(loaded, pu->cpuset, 0));
    return cpu;
}

std::string count_of(hwloc_topology_t loaded, const char *name, hwloc_obj_type_t type) {
    return concat(name, ":", std::max(0, hwloc_get_nbobjs_by_type(loaded, type)));
}

std::vector<unsigned> affinity_of_this_process() {
    // Sized for the largest kernel configuration; a smaller mask is filled in front.
    constexpr int kMaxCpus = 8192;
    const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t *)> set(
        CPU_ALLOC(kMaxCpus), [](cpu_set_t *mask) { CPU_FREE(mask); });
    const auto bytes = CPU_ALLOC_SIZE(kMaxCpus);
    CPU_ZERO_S(bytes, set.get());
    if (sched_getaffinity(0, bytes, set.get()) != 0) {
        throw Error(Exit::kBroken, "cannot read the allowed CPUs: ", errno_text(errno));
    }
    std::vector<unsigned> cpus;
    for (unsigned cpu = 0; cpu < kMaxCpus; ++cpu) {
        if (CPU_ISSET_S(cpu, bytes, set.get())) {
            cpus.push_back(cpu);
        }
    }
    return cpus;
}

using Loaded = std::unique_ptr<hwloc_topology, void (*)(hwloc_topology_t)>;

Loaded load_this_machine() {
    hwloc_topology_t raw = nullptr;
    if (hwloc_topology_init(&raw) != 0) {
        throw Error(Exit::kBroken, "hwloc cannot start: ", errno_text(errno));
    }
    Loaded loaded(raw, hwloc_topology_destroy);
    if (hwloc_topology_load(raw) != 0) {
        throw Error(Exit::kBroken, "hwloc cannot read this machine: ", errno_text(errno));
    }
    return loaded;
}

} // namespace

Topology topology_from(hwloc_topology_t loaded, const std::vector<unsigned> &allowed) {
    Topology topology;
    hwloc_obj_t pu = nullptr;
    while ((pu = hwloc_get_next_obj_by_type(loaded, HWLOC_OBJ_PU, pu)) != nullptr) {
        Cpu cpu = cpu_from(loaded, pu);
        cpu.allowed = std::find(allowed.begin(), allowed.end(), cpu.index) != allowed.end();
        topology.cpus.push_back(cpu);
    }
    topology.summary = concat(
        count_of(loaded, "package", HWLOC_OBJ_PACKAGE), " ",
        count_of(loaded, "l3", HWLOC_OBJ_L3CACHE), " ", count_of(loaded, "l2", HWLOC_OBJ_L2CACHE),
        " ", count_of(loaded, "core", HWLOC_OBJ_CORE), " ", count_of(loaded, "pu", HWLOC_OBJ_PU));
    return topology;
}

Topology topology_of_this_machine() {
    return topology_from(load_this_machine().get(), affinity_of_this_process());
}

void write_topology_xml(const std::string &file) {
    const auto loaded = load_this_machine();
    const auto partial = file + ".partial";
    std::error_code error;
    if (hwloc_topology_export_xml(loaded.get(), partial.c_str(), 0) != 0) {
        error.assign(errno, std::generic_category());
    } else {
        std::filesystem::rename(partial, file, error);
    }
    if (error) {
        std::error_code ignored;
        std::filesystem::remove(partial, ignored);
        throw Error(Exit::kUsage, "--topology-xml '", file,
                    "' cannot be written: ", error.message());
    }
}

std::vector<unsigned> allowed_cpus(const Topology &topology) {
    std::vector<unsigned> indices;
    for (const auto &cpu : topology.cpus) {
        if (cpu.allowed) {
            indices.push_back(cpu.index);
        }
    }
    std::sort(indices.begin(), indices.end());
    return indices;
}

std::string cpu_list(const std::vector<unsigned> &cpus) {
    std::string text;
    for (std::size_t first = 0; first < cpus.size();) {
        std::size_t last = first;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) {
            ++last;
        }
        text += concat(text.empty() ? "" : ",", cpus[first]);
        if (last > first) {
            text += concat("-", cpus[last]);
        }
        first = last + 1;
    }
    return text.empty() ? "none" : text;
}

} // namespace tickring
