// SPDX-License-Identifier: Apache-2.0
// How a call of Python waits in the ring: without the GIL, in slices, so that other threads run and
// Ctrl-C is seen soon in every waiting mode.
#pragma once

#include <Python.h>

#include <algorithm>
#include <chrono>

#include "bus.hpp"
#include "errors.hpp"

namespace tickring::python {

constexpr std::int64_t kWaitSliceNs = 50'000'000;

inline std::int64_t monotonic_ns() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Calls acquire(slice_ns) until it returns a pointer. nullptr with an exception set: an error of
// the ring, Timeout after timeout_ns (-1: never), what a signal handler raised, or BadState when
// the bus was closed meanwhile.
template <class Acquire> auto wait_in_slices(Bus *bus, std::int64_t timeout_ns, Acquire acquire) {
    using Pointer = decltype(acquire(kWaitSliceNs));
    const std::int64_t deadline_ns = timeout_ns < 0 ? INT64_MAX : monotonic_ns() + timeout_ns;
    for (;;) {
        const std::int64_t left_ns =
            timeout_ns < 0 ? kWaitSliceNs : std::max<std::int64_t>(deadline_ns - monotonic_ns(), 0);
        Pointer payload = nullptr;
        bus->busy = true;
        Py_BEGIN_ALLOW_THREADS;
        payload = acquire(std::min(left_ns, kWaitSliceNs));
        Py_END_ALLOW_THREADS;
        bus->busy = false;
        if (bus->closing) {
            close_when_unused(bus);
            raise_error(TICKRING_BAD_STATE, "the bus was closed while this call waited");
            return Pointer{nullptr};
        }
        if (payload) {
            return payload;
        }
        const int code = tickring_last_error();
        if (code != TICKRING_TIMEOUT && code != TICKRING_INTERRUPTED) {
            raise_last_error();
            return Pointer{nullptr};
        }
        // A signal handler is Python code: it may raise, use the bus or close it.
        if (PyErr_CheckSignals() < 0 || !bus_is_usable(bus)) {
            return Pointer{nullptr};
        }
        if (timeout_ns >= 0 && monotonic_ns() >= deadline_ns) {
            raise_error(TICKRING_TIMEOUT, "nothing happened within the timeout of %lld ms",
                        static_cast<long long>(timeout_ns / 1'000'000));
            return Pointer{nullptr};
        }
    }
}

} // namespace tickring::python
