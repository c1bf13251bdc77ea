// SPDX-License-Identifier: Apache-2.0
#include "environment/sections.hpp"

#include "error.hpp"

#include <sstream>
#include <sys/resource.h>
#include <sys/statvfs.h>

namespace tickring {
namespace {

const std::string kHuge = "/sys/kernel/mm/transparent_hugepage/";

bool is_zero(std::string_view value) { return value == "0"; }

// "always [madvise] never": what is in brackets is what holds.
bool is_not_always(std::string_view value) { return value.find("[always]") == value.npos; }

// Size and mount options of the file system in which shared memory lies.
void add_shared_memory(Items &items) {
    const std::string source = "/proc/mounts, statvfs";
    std::istringstream mounts(items.files().text("/proc/mounts").value_or(""));
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string device;
        std::string folder;
        std::string type;
        std::string options;
        struct statvfs status{};
        if (words >> device >> folder >> type >> options && folder == "/dev/shm" &&
            statvfs(items.files().real(folder).c_str(), &status) == 0) {
            const auto bytes = static_cast<std::uint64_t>(status.f_blocks) * status.f_frsize;
            items.add("shared_memory", concat(type, ", ", bytes >> 20U, " MiB, ", options), source);
            return;
        }
    }
    items.add_not_visible("shared_memory", source);
}

void add_lock_limit(Items &items) {
    rlimit limit{};
    getrlimit(RLIMIT_MEMLOCK, &limit);
    items.add("locked_memory_limit_bytes",
              limit.rlim_cur == RLIM_INFINITY ? Json("unlimited") : Json(limit.rlim_cur),
              "getrlimit");
}

} // namespace

void add_memory(Items &items) {
    items.begin_group("memory");
    items.add_file("transparent_huge_pages", kHuge + "enabled", is_not_always,
                   "the kernel joins pages when it likes, and stops the process for it; madvise");
    items.add_file("huge_page_defrag", kHuge + "defrag", is_not_always,
                   "a page fault may wait until memory is tidied up");
    items.add_file("huge_page_shmem", kHuge + "shmem_enabled");
    items.add_file("huge_pages", "/proc/sys/vm/nr_hugepages");
    items.add_file("same_page_merging", "/sys/kernel/mm/ksm/run", is_zero,
                   "equal pages are joined and faulted apart again");
    items.add_file("swappiness", "/proc/sys/vm/swappiness");
    add_shared_memory(items);
    add_lock_limit(items);
}

} // namespace tickring
