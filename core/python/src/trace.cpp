// SPDX-License-Identifier: Apache-2.0
// Bus.trace() and Bus.trace_event(): trace.h over a buffer of Python.
#include <tickring/trace.h>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "sender.hpp"

namespace tickring::python {
namespace {

constexpr std::uint64_t kMost = INT64_MAX;
constexpr std::uint64_t kDefaultGapNs = 5'000;

Signature g_trace{"trace", 4, 2, {"block", "messages", "clock", "gap_ns"}, {}};
Signature g_alternate{"trace_alternate", 1, 1, {"stretch_messages"}, {}};
Signature g_event{"trace_event", 3, 3, {"kind", "from_ns", "to_ns"}, {}};

bool begin(Bus *bus, const Py_buffer &block, std::uint64_t messages, clockid_t clock,
           std::uint64_t gap_ns) {
    const std::uint32_t clock_name =
        clock == CLOCK_MONOTONIC ? TICKRING_CLOCK_MONOTONIC : TICKRING_CLOCK_REALTIME;
    if (tickring_bus_trace(bus->ring, block.buf, static_cast<std::size_t>(block.len), messages,
                           clock_name, gap_ns) != TICKRING_OK) {
        raise_last_error();
        return false;
    }
    return true;
}

} // namespace

bool intern_trace_names() {
    return intern_names(g_trace) && intern_names(g_alternate) && intern_names(g_event);
}

PyObject *bus_trace(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint64_t messages = 0;
    std::uint64_t gap_ns = kDefaultGapNs;
    clockid_t clock = CLOCK_REALTIME;
    if (!bind_arguments(g_trace, args, count, names, values) ||
        !as_unsigned(values[1], "messages", kMost, TICKRING_INVALID_ARGUMENT, &messages) ||
        !as_clock(values[2], &clock) ||
        (values[3] &&
         !as_unsigned(values[3], "gap_ns", kMost, TICKRING_INVALID_ARGUMENT, &gap_ns))) {
        return nullptr;
    }
    Py_buffer block;
    if (PyObject_GetBuffer(values[0], &block, PyBUF_WRITABLE) < 0) {
        return nullptr;
    }
    if (!bus_is_usable(bus) || !begin(bus, block, messages, clock, gap_ns)) {
        PyBuffer_Release(&block);
        return nullptr;
    }
    PyBuffer_Release(&bus->trace_block);
    bus->trace_block = block;
    Py_RETURN_NONE;
}

PyObject *bus_trace_alternate(PyObject *self, PyObject *const *args, Py_ssize_t count,
                              PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint64_t messages = 0;
    if (!bind_arguments(g_alternate, args, count, names, values) ||
        !as_unsigned(values[0], "stretch_messages", kMost, TICKRING_INVALID_ARGUMENT, &messages) ||
        !bus_is_usable(bus)) {
        return nullptr;
    }
    if (tickring_trace_alternate(bus->ring, messages) != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

PyObject *bus_trace_event(PyObject *self, PyObject *const *args, Py_ssize_t count,
                          PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint32_t kind = 0;
    std::uint64_t from_ns = 0;
    std::uint64_t to_ns = 0;
    if (!bind_arguments(g_event, args, count, names, values) ||
        !as_uint32(values[0], "kind", &kind) ||
        !as_unsigned(values[1], "from_ns", kMost, TICKRING_INVALID_ARGUMENT, &from_ns) ||
        !as_unsigned(values[2], "to_ns", kMost, TICKRING_INVALID_ARGUMENT, &to_ns) ||
        !bus_is_usable(bus)) {
        return nullptr;
    }
    if (tickring_trace_add(bus->ring, kind, from_ns, to_ns) != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

} // namespace tickring::python
