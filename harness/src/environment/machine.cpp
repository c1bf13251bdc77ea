// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"

#include <sys/utsname.h>

namespace tickring {
namespace {

constexpr const char *kCpuinfo = "/proc/cpuinfo";

void add_value(Items &items, const char *name, const char *path, const char *key) {
    if (const auto value = items.files().value(path, key)) {
        items.add(name, *value, path);
    } else {
        items.add_not_visible(name, path);
    }
}

void add_hardware(Items &items) {
    const std::string folder = "/sys/class/dmi/id/";
    const auto vendor = items.files().line(folder + "sys_vendor");
    const auto product = items.files().line(folder + "product_name");
    if (vendor || product) {
        items.add("hardware", concat(vendor.value_or("?"), " ", product.value_or("?")),
                  folder + "sys_vendor, product_name");
    } else {
        items.add_not_visible("hardware", folder + "sys_vendor");
    }
}

void add_virtual_machine(Items &items) {
    const auto flags = items.files().value(kCpuinfo, "flags");
    const std::string source = concat(kCpuinfo, " flag hypervisor");
    if (!flags) {
        items.add_not_visible("virtual_machine", source);
        return;
    }
    const bool is_guest = concat(" ", *flags, " ").find(" hypervisor ") != std::string::npos;
    items.add(
        "virtual_machine", is_guest, source, is_guest ? Status::kWarn : Status::kOk,
        "the hypervisor may stop and move its CPUs at any time; compare medians of many runs");
}

// What systemd-detect-virt looks at, as far as it is a matter of files.
std::string container_kind(const SystemFiles &files) {
    const auto release = files.line("/proc/sys/kernel/osrelease").value_or("");
    if (release.find("icrosoft") != std::string::npos || release.find("WSL") != std::string::npos) {
        return "wsl";
    }
    if (const auto kind = files.line("/run/systemd/container")) {
        return *kind;
    }
    if (files.exists("/run/.containerenv")) {
        return "podman";
    }
    if (files.exists("/.dockerenv")) {
        return "docker";
    }
    // Entries end in NUL.
    const auto environ = std::string(1, '\0') + files.text("/proc/1/environ").value_or("");
    const std::string key = std::string(1, '\0') + "container=";
    const auto at = environ.find(key);
    return at == std::string::npos ? "" : std::string(environ.c_str() + at + key.size());
}

void add_container(Items &items) {
    const std::string source = "/run, /proc/1/environ, osrelease";
    const auto kind = container_kind(items.files());
    if (!kind.empty()) {
        items.add("container", kind, source, Status::kWarn,
                  "what it hides is marked as not visible; limits of CPU time may apply");
    } else if (items.files().text("/proc/1/environ").value_or("").empty()) {
        items.add("container", "none found", source, Status::kUnknown);
    } else {
        items.add("container", "none", source);
    }
}

bool is_unlimited(std::string_view value) { return value.starts_with("max"); }

void add_control_group(Items &items) {
    const auto group = items.files().value("/proc/self/cgroup", "0::");
    const auto folder = "/sys/fs/cgroup" + (group && *group != "/" ? *group : "");
    // The name of the group may identify its owner: it is not told.
    const auto add = [&](const char *name, const char *file, Check check = nullptr,
                         const char *advice = "") {
        const auto source = concat("control group's ", file);
        if (const auto value = items.files().line(concat(folder, "/", file))) {
            const bool is_good = check == nullptr || check(*value);
            items.add(name, *value, source, is_good ? Status::kOk : Status::kWarn, advice);
        } else {
            items.add_not_visible(name, source);
        }
    };
    add("cgroup_cpu_max", "cpu.max", is_unlimited,
        "the kernel stops the processes when their share of time is used up");
    add("cgroup_cpu_weight", "cpu.weight");
    add("cgroup_cpus", "cpuset.cpus.effective");
    add("cgroup_memory_max", "memory.max");
}

} // namespace

void add_machine(Items &items) {
    items.begin_group("machine");
    utsname names{};
    uname(&names);
    items.add("kernel", concat(names.sysname, " ", names.release, " ", names.machine), "uname");
    add_value(items, "distribution", "/etc/os-release", "PRETTY_NAME");
    items.add_file("kernel_command_line", "/proc/cmdline");
    items.add_file("boot_id", "/proc/sys/kernel/random/boot_id");
    add_hardware(items);
    add_value(items, "cpu_model", kCpuinfo, "model name");
    add_value(items, "microcode", kCpuinfo, "microcode");
    add_virtual_machine(items);
    add_container(items);
    add_control_group(items);
}

} // namespace tickring
