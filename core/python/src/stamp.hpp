// SPDX-License-Identifier: Apache-2.0
// A time stamp that is written natively, just before its message is committed.
#pragma once

#include <cstdint>
#include <cstring>
#include <ctime>

namespace tickring::python {

struct Stamp {
    std::int64_t offset_bytes = -1; // of its 8 bytes in the message; -1: there is none
    bool swapped = false;
    clockid_t clock = CLOCK_REALTIME;
};

inline void write_stamp(const Stamp &stamp, void *payload) {
    timespec now;
    ::clock_gettime(stamp.clock, &now);
    auto now_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                  static_cast<std::uint64_t>(now.tv_nsec);
    if (stamp.swapped) {
        now_ns = __builtin_bswap64(now_ns);
    }
    std::memcpy(static_cast<unsigned char *>(payload) + stamp.offset_bytes, &now_ns, sizeof now_ns);
}

} // namespace tickring::python
