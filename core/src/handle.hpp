// SPDX-License-Identifier: Apache-2.0
// handle.hpp: what each call of the C interface looks at before it uses the handle it was given.
#pragma once

#include "bus.hpp"
#include "error.hpp"

namespace tickring {

[[nodiscard]] inline int to_int(Code code) noexcept { return static_cast<int>(code); }

// Whether the handle can be used at all.
[[nodiscard, gnu::always_inline]] inline Code check_handle(const tickring_bus_t *bus) noexcept {
    if (bus == nullptr) [[unlikely]] {
        return fail(Code::kInvalidArgument, "bus is NULL");
    }
    if (bus->is_alive == 0) [[unlikely]] {
        return fail(Code::kForked);
    }
    return Code::kOk;
}

#ifdef TICKRING_CHECK_THREADS
inline std::uintptr_t this_thread() noexcept {
    return reinterpret_cast<std::uintptr_t>(__builtin_thread_pointer());
}
#endif

[[nodiscard, gnu::always_inline]] inline Code check(tickring_bus_t *bus,
                                                    std::uint32_t role) noexcept {
    if (Code code = check_handle(bus); code != Code::kOk) [[unlikely]] {
        return code;
    }
    if (bus->role != role) [[unlikely]] {
        return fail(Code::kBadState, "this end of the bus is the %s",
                    bus->is_producer() ? "producer" : "consumer");
    }
#ifdef TICKRING_CHECK_THREADS
    if (bus->owner_thread == 0) {
        bus->owner_thread = this_thread();
    }
    if (bus->owner_thread != this_thread()) {
        return fail(Code::kBadState, "this end of the bus belongs to another thread");
    }
#endif
    return Code::kOk;
}

// Whether check() has nothing to object, without the words for it; a debug build asks check() who
// the first thread is.
[[nodiscard, gnu::always_inline]] inline bool is_plainly(std::uint32_t role,
                                                         const tickring_bus_t *bus) noexcept {
    bool is_plain = bus != nullptr && bus->is_alive != 0 && bus->role == role;
#ifdef TICKRING_CHECK_THREADS
    is_plain = is_plain && bus->owner_thread == this_thread();
#endif
    return is_plain;
}

} // namespace tickring
