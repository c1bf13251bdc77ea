// SPDX-License-Identifier: Apache-2.0
#include "shared_object.hpp"

#include "error.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

namespace tickring {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;

struct Shape {
    const char *name;
    std::uint64_t magic;
    std::uint64_t object_bytes;
    std::uint64_t mirrored_bytes; // at the end of the object, mapped a second time behind it
};

Shape shape_of(ObjectKind kind, std::uint64_t capacity_bytes) noexcept {
    const std::uint64_t head_bytes = 2ULL * page_bytes();
    return kind == ObjectKind::kData
               ? Shape{"data object", TICKRING_DATA_MAGIC, head_bytes + capacity_bytes,
                       capacity_bytes}
               : Shape{"feedback object", TICKRING_FEEDBACK_MAGIC, head_bytes, 0};
}

int create_memory_file() noexcept {
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int descriptor = memfd_create("tickring", flags | MFD_NOEXEC_SEAL);
    if (descriptor < 0 && errno == EINVAL) { // kernels before 6.3 do not know the flag
        descriptor = memfd_create("tickring", flags);
    }
    return descriptor;
}

// Reserves the memory now: a first touch that finds none would be a SIGBUS, and a file size limit
// a SIGXFSZ.
Code reserve(const Shape &shape, int descriptor) noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < shape.object_bytes) {
        return fail(Code::kNoResources, "the %s of %llu bytes is above RLIMIT_FSIZE, %llu",
                    shape.name, static_cast<unsigned long long>(shape.object_bytes),
                    static_cast<unsigned long long>(limit.rlim_cur));
    }
    const auto bytes = static_cast<off_t>(shape.object_bytes);
    if (ftruncate(descriptor, bytes) != 0 || fallocate(descriptor, 0, 0, bytes) != 0) {
        return fail_errno(Code::kNoResources, errno, "cannot reserve %llu bytes for the %s",
                          static_cast<unsigned long long>(shape.object_bytes), shape.name);
    }
    return Code::kOk;
}

Code map(const Shape &shape, int descriptor, int protection, Mapping &mapping) noexcept {
    const std::size_t total_bytes = shape.object_bytes + shape.mirrored_bytes;
    void *const address =
        mmap(nullptr, total_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) {
        return fail_errno(Code::kNoResources, errno, "cannot map %zu bytes for the %s", total_bytes,
                          shape.name);
    }
    mapping = {static_cast<std::byte *>(address), total_bytes};
    constexpr int kFlags = MAP_SHARED | MAP_FIXED | MAP_POPULATE;
    const bool is_mapped =
        mmap(mapping.address, shape.object_bytes, protection, kFlags, descriptor, 0) !=
            MAP_FAILED &&
        (shape.mirrored_bytes == 0 ||
         mmap(mapping.address + shape.object_bytes, shape.mirrored_bytes, protection, kFlags,
              descriptor,
              static_cast<off_t>(shape.object_bytes - shape.mirrored_bytes)) != MAP_FAILED) &&
        madvise(mapping.address, total_bytes, MADV_DONTFORK) == 0;
    if (!is_mapped) {
        const int error_number = errno;
        unmap(mapping);
        return fail_errno(Code::kNoResources, error_number, "cannot map the %s", shape.name);
    }
    return Code::kOk;
}

Code seal(const Shape &shape, int descriptor) noexcept {
    if (fcntl(descriptor, F_ADD_SEALS, kSeals) == 0) {
        return Code::kOk;
    }
    if (errno == EINVAL) {
        return fail(Code::kUnsupported,
                    "F_SEAL_FUTURE_WRITE is unknown to this kernel; Linux 5.1 or later is needed");
    }
    return fail_errno(Code::kNoResources, errno, "cannot seal the %s", shape.name);
}

Code check_header(const Shape &shape, const tickring_object_header &header,
                  std::uint64_t capacity_bytes) noexcept {
    const struct {
        const char *field;
        std::uint64_t theirs;
        std::uint64_t ours;
    } rows[] = {
        {"magic", load_magic(header), shape.magic},
        {"version", header.version, TICKRING_LAYOUT_VERSION},
        {"page_bytes", header.page_bytes, page_bytes()},
        {"capacity_bytes", header.capacity_bytes, capacity_bytes},
        {"object_bytes", header.object_bytes, shape.object_bytes},
    };
    for (const auto &row : rows) {
        if (row.theirs != row.ours) {
            return fail(Code::kProtocol, "%s of the peer's %s is %llu, must be %llu", row.field,
                        shape.name, static_cast<unsigned long long>(row.theirs),
                        static_cast<unsigned long long>(row.ours));
        }
    }
    return Code::kOk;
}

} // namespace

std::uint32_t page_bytes() noexcept { return static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE)); }

Code create_object(ObjectKind kind, std::uint64_t capacity_bytes, int &descriptor,
                   Mapping &mapping) noexcept {
    const Shape shape = shape_of(kind, capacity_bytes);
    descriptor = create_memory_file();
    if (descriptor < 0) {
        return fail_errno(errno == ENOSYS ? Code::kUnsupported : Code::kNoResources, errno,
                          "cannot create the %s", shape.name);
    }
    Code code = reserve(shape, descriptor);
    if (code == Code::kOk) {
        code = map(shape, descriptor, PROT_READ | PROT_WRITE, mapping);
    }
    if (code == Code::kOk) {
        publish_header(*reinterpret_cast<tickring_object_header *>(mapping.address), shape.magic,
                       page_bytes(), capacity_bytes, shape.object_bytes);
        code = seal(shape, descriptor);
    }
    if (code != Code::kOk) {
        unmap(mapping);
        close(descriptor);
        descriptor = -1;
    }
    return code;
}

Code attach_object(ObjectKind kind, std::uint64_t capacity_bytes, int descriptor,
                   Mapping &mapping) noexcept {
    const Shape shape = shape_of(kind, capacity_bytes);
    const int seals = fcntl(descriptor, F_GET_SEALS);
    if (seals < 0) {
        return fail_errno(Code::kProtocol, errno, "the peer's %s is not a memory file", shape.name);
    }
    if ((seals & kSeals) != kSeals) {
        return fail(Code::kProtocol, "seals of the peer's %s are 0x%x, must include 0x%x",
                    shape.name, static_cast<unsigned>(seals), static_cast<unsigned>(kSeals));
    }
    struct stat status{};
    if (fstat(descriptor, &status) != 0) {
        return fail_errno(Code::kProtocol, errno, "cannot examine the peer's %s", shape.name);
    }
    if (static_cast<std::uint64_t>(status.st_size) != shape.object_bytes) {
        return fail(Code::kProtocol, "size of the peer's %s is %lld bytes, must be %llu",
                    shape.name, static_cast<long long>(status.st_size),
                    static_cast<unsigned long long>(shape.object_bytes));
    }
    if (Code code = map(shape, descriptor, PROT_READ, mapping); code != Code::kOk) {
        return code;
    }
    const Code code = check_header(
        shape, *reinterpret_cast<const tickring_object_header *>(mapping.address), capacity_bytes);
    if (code != Code::kOk) {
        unmap(mapping);
    }
    return code;
}

void unmap(Mapping &mapping) noexcept {
    if (mapping.address != nullptr) {
        munmap(mapping.address, mapping.bytes);
        mapping = {};
    }
}

MappedRing ring_in(const Mapping &data, const Mapping &feedback,
                   std::uint64_t capacity_bytes) noexcept {
    const std::size_t page = page_bytes();
    return {data.address + 2 * page,
            reinterpret_cast<tickring_producer_control *>(data.address + page),
            reinterpret_cast<tickring_consumer_control *>(feedback.address + page), capacity_bytes};
}

} // namespace tickring
