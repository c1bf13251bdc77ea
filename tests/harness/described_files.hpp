// SPDX-License-Identifier: Apache-2.0
// The files of machines that are not here, in a folder for the time of a test.
#pragma once

#include "environment/system_files.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace tickring {

using Files = std::map<std::string, std::string>; // path without its first slash -> text

class DescribedFiles {
  public:
    explicit DescribedFiles(const Files &files) {
        std::array<char, 32> name{"/tmp/tickring-files-XXXXXX"};
        if (mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        root_ = name.data();
        for (const auto &[path, text] : files) {
            std::filesystem::create_directories((root_ / path).parent_path());
            std::ofstream(root_ / path) << text;
        }
    }
    ~DescribedFiles() { std::filesystem::remove_all(root_); }
    DescribedFiles(const DescribedFiles &) = delete;
    DescribedFiles &operator=(const DescribedFiles &) = delete;

    [[nodiscard]] SystemFiles files() const { return SystemFiles(root_); }
    [[nodiscard]] const std::filesystem::path &root() const { return root_; }

  private:
    std::filesystem::path root_;
};

// A laptop with an Intel processor, as it comes.
inline const Files kLaptop = {
    {"proc/cpuinfo", "processor\t: 0\nmodel name\t: 12th Gen Intel(R) Core(TM) i7-12650H\n"
                     "microcode\t: 0x434\nflags\t\t: fpu constant_tsc nonstop_tsc\n"},
    {"proc/1/environ", std::string("HOME=/\0TERM=linux\0", 18)},
    {"proc/1/comm", "systemd\n"},
    {"proc/700/comm", "irqbalance\n"},
    {"proc/sys/kernel/osrelease", "6.19.11-200.fc43.x86_64\n"},
    {"proc/self/cgroup", "0::/user.slice\n"},
    {"sys/fs/cgroup/user.slice/cpu.max", "max 100000\n"},
    {"proc/loadavg", "0.05 0.10 0.09 1/900 4242\n"},
    {"proc/irq/9/effective_affinity_list", "0-1\n"},
    {"proc/irq/16/effective_affinity_list", "4\n"},
    {"sys/class/dmi/id/sys_vendor", "LENOVO\n"},
    {"sys/class/dmi/id/product_name", "82RB\n"},
    {"sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "intel_pstate\n"},
    {"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n"},
    {"sys/devices/system/cpu/cpu2/cpufreq/scaling_driver", "intel_pstate\n"},
    {"sys/devices/system/cpu/cpu2/cpufreq/scaling_governor", "performance\n"},
    {"sys/devices/system/cpu/cpu0/cpuidle/state0/name", "POLL\n"},
    {"sys/devices/system/cpu/cpu0/cpuidle/state0/latency", "0\n"},
    {"sys/devices/system/cpu/cpu0/cpuidle/state1/name", "C10\n"},
    {"sys/devices/system/cpu/cpu0/cpuidle/state1/latency", "680\n"},
    {"sys/devices/system/cpu/cpu0/cpuidle/state1/disable", "1\n"},
    {"sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"},
    {"sys/devices/system/cpu/smt/active", "1\n"},
    {"sys/devices/system/cpu/isolated", "\n"},
    {"sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n"},
    {"sys/devices/system/cpu/vulnerabilities/spectre_v2", "Mitigation: Enhanced IBRS\n"},
    {"sys/devices/system/cpu/vulnerabilities/retbleed", "Vulnerable\n"},
    {"sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n"},
    {"sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n"},
};

// A virtual machine of which the hypervisor shows little.
inline const Files kVirtualMachine = {
    {"proc/cpuinfo", "model name\t: AMD EPYC\nflags\t\t: fpu hypervisor constant_tsc\n"},
    {"proc/1/environ", std::string("HOME=/\0", 7)},
    {"proc/loadavg", "1.50 1.10 0.90 3/90 424\n"},
    {"proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"},
    {"sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock\n"},
    {"sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
};

// A container with half a CPU, which sees nothing of /sys/devices.
inline const Files kContainer = {
    {".dockerenv", ""},
    {"proc/cpuinfo", "model name\t: AMD EPYC\nflags\t\t: fpu constant_tsc nonstop_tsc\n"},
    {"proc/self/cgroup", "0::/\n"},
    {"proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"},
    {"sys/fs/cgroup/cpu.max", "50000 100000\n"},
};

// The Windows Subsystem for Linux.
inline const Files kWsl = {
    {"proc/cpuinfo", "model name\t: Intel(R) Core(TM) Ultra 7 155H\nflags\t\t: fpu hypervisor\n"},
    {"proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n"},
    {"sys/devices/system/clocksource/clocksource0/current_clocksource",
     "hyperv_clocksource_tsc_page\n"},
};

} // namespace tickring
