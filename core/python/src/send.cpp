// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "guard.hpp"
#include "sending.hpp"
#include "waiting.hpp"

namespace tickring::python {
namespace {

Signature g_zero_copy{"send_zero_copy", 2, 1, {"size", "type_id"}, {}};
Signature g_try_zero_copy{"try_send_zero_copy", 2, 1, {"size", "type_id"}, {}};
Signature g_send{"send", 2, 1, {"data", "type_id"}, {}};

PyObject *open_message(const Signature &signature, PyObject *self, PyObject *const *args,
                       Py_ssize_t count, PyObject *names, bool wait) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint64_t size_bytes = 0;
    std::uint32_t type_id = 0;
    if (!bind_arguments(signature, args, count, names, values) ||
        !as_unsigned(values[0], "size", bus->max_payload_bytes, TICKRING_TOO_LARGE, &size_bytes) ||
        (values[1] && !as_uint32(values[1], "type_id", &type_id))) {
        return nullptr;
    }
    void *payload = acquire_room(bus, size_bytes, wait);
    return payload ? make_tx_guard(bus, payload, size_bytes, type_id) : nullptr;
}

} // namespace

bool intern_send_names() {
    return intern_names(g_zero_copy) && intern_names(g_try_zero_copy) && intern_names(g_send);
}

void *acquire_room(Bus *bus, std::uint64_t size_bytes, bool wait) {
    if (!bus_is_free(bus)) {
        return nullptr;
    }
    // Room at once is the normal case: no release of the GIL.
    void *payload = tickring_acquire_tx(bus->ring, size_bytes);
    if (payload) [[likely]] {
        return payload;
    }
    const bool full = tickring_last_error() == TICKRING_FULL;
    bus->full_count += full;
    if (!full || !wait) {
        return raise_last_error();
    }
    payload = wait_in_slices(bus, bus->send_timeout_ns, [=](std::int64_t slice_ns) {
        return tickring_acquire_tx_blocking(bus->ring, size_bytes, slice_ns);
    });
    return payload;
}

PyObject *bus_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names) {
    return open_message(g_zero_copy, self, args, count, names, true);
}

PyObject *bus_try_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names) {
    return open_message(g_try_zero_copy, self, args, count, names, false);
}

PyObject *bus_send(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint32_t type_id = 0;
    if (!bind_arguments(g_send, args, count, names, values) ||
        (values[1] && !as_uint32(values[1], "type_id", &type_id))) {
        return nullptr;
    }
    Py_buffer data;
    if (PyObject_GetBuffer(values[0], &data, PyBUF_SIMPLE) < 0) {
        if (PyErr_ExceptionMatches(PyExc_BufferError)) {
            PyErr_Clear();
            raise_error(TICKRING_INVALID_ARGUMENT, "data is not contiguous; copy it first");
        }
        return nullptr;
    }
    const auto size_bytes = static_cast<std::uint64_t>(data.len);
    bool is_sent = false;
    if (size_bytes > bus->max_payload_bytes) {
        raise_error(TICKRING_TOO_LARGE, "data has %zd bytes; allowed are 0 to %llu", data.len,
                    static_cast<unsigned long long>(bus->max_payload_bytes));
    } else {
        is_sent =
            bus_is_free(bus) && send_written(bus, size_bytes, type_id, [&data](void *payload) {
                if (data.len > 0) {
                    std::memcpy(payload, data.buf, static_cast<std::size_t>(data.len));
                }
                return true;
            });
    }
    PyBuffer_Release(&data);
    return is_sent ? Py_NewRef(Py_None) : nullptr;
}

PyObject *bus_flush(PyObject *self, PyObject *) {
    Bus *bus = as_bus(self);
    if (!bus_is_usable(bus)) {
        return nullptr;
    }
    if (tickring_flush(bus->ring) != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

} // namespace tickring::python
