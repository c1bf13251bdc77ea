// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "arguments.hpp"
#include "array.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "receive.hpp"

namespace tickring::python {
namespace {

Signature g_drain_into{"drain_into", 3, 1, {"array", "type_ids", "timeout_s"}, {}};
Signature g_drain_array{"drain_array", 3, 1, {"dtype", "max_messages", "timeout_s"}, {}};

constexpr std::uint64_t kLeastRecordBytes = 64;

// Copies the next message into item `index`. False with an exception set; the message stays then.
bool drain_one(Bus *bus, const Array &array, const Array *types, std::size_t index,
               std::int64_t timeout_ns) {
    if (!find_message(bus, timeout_ns)) {
        return false;
    }
    const Received &message = bus->received;
    if (message.payload_bytes != array.item_bytes()) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "an item of array has %zu bytes, the message has %zu; it stays for the next "
                    "call",
                    array.item_bytes(), message.payload_bytes);
        return false;
    }
    if (message.payload_bytes > 0) {
        std::memcpy(array.item(index), message.payload, message.payload_bytes);
    }
    if (types) {
        std::memcpy(types->item(index), &message.type_id, sizeof message.type_id);
    }
    return release_message(bus);
}

// How many messages were copied; -1 with an exception set when there is none.
Py_ssize_t drain_all(Bus *bus, const Array &array, const Array *types, std::int64_t timeout_ns) {
    if (!bus_is_free(bus)) {
        return -1;
    }
    std::size_t count = 0;
    while (count < array.count() &&
           drain_one(bus, array, types, count, count == 0 ? timeout_ns : 0)) {
        ++count;
    }
    // What ended it is forgotten beside messages: the next call meets it again.
    if (PyErr_Occurred()) {
        if (count == 0 && !PyErr_ExceptionMatches(error_class(TICKRING_TIMEOUT))) {
            return -1;
        }
        PyErr_Clear();
    }
    return static_cast<Py_ssize_t>(count);
}

Py_ssize_t drain(Bus *bus, PyObject *target, PyObject *type_ids, std::int64_t timeout_ns) {
    Array array;
    Array types;
    const bool typed = type_ids && type_ids != Py_None;
    if (!array.take(target, "array", true) ||
        (typed && (!types.take(type_ids, "type_ids", true) ||
                   !types.holds_types(type_ids, "type_ids", array.count())))) {
        return -1;
    }
    return drain_all(bus, array, typed ? &types : nullptr, timeout_ns);
}

// numpy.empty(count, dtype).
PyObject *make_array(PyObject *numpy, std::uint64_t count, PyObject *dtype) {
    return PyObject_CallMethod(numpy, "empty", "KO", static_cast<unsigned long long>(count), dtype);
}

// Gives back what was not needed: a slice would keep all of it.
bool shrink(PyObject *array, Py_ssize_t count) {
    PyObject *resize = PyObject_GetAttrString(array, "resize");
    PyObject *size = resize ? Py_BuildValue("(n)", count) : nullptr;
    PyObject *options = size ? Py_BuildValue("{sO}", "refcheck", Py_False) : nullptr;
    PyObject *done = options ? PyObject_Call(resize, size, options) : nullptr;
    Py_XDECREF(options);
    Py_XDECREF(size);
    Py_XDECREF(resize);
    Py_XDECREF(done);
    return done != nullptr;
}

PyObject *drain_new(Bus *bus, PyObject *dtype, std::uint64_t most, std::int64_t timeout_ns) {
    PyObject *numpy = PyImport_ImportModule("numpy");
    PyObject *uint32 = numpy ? PyObject_GetAttrString(numpy, "uint32") : nullptr;
    PyObject *types = uint32 ? make_array(numpy, most, uint32) : nullptr;
    PyObject *array = types ? make_array(numpy, most, dtype) : nullptr;
    const Py_ssize_t count = array ? drain(bus, array, types, timeout_ns) : -1;
    const bool shrunk = count >= 0 && shrink(types, count) && shrink(array, count);
    PyObject *pair = shrunk ? PyTuple_Pack(2, types, array) : nullptr;
    Py_XDECREF(array);
    Py_XDECREF(types);
    Py_XDECREF(uint32);
    Py_XDECREF(numpy);
    return pair;
}

} // namespace

bool intern_drain_names() { return intern_names(g_drain_into) && intern_names(g_drain_array); }

PyObject *bus_drain_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = 0;
    if (!bind_arguments(g_drain_into, args, count, names, values) ||
        !read_timeout(values[2], &timeout_ns)) {
        return nullptr;
    }
    const Py_ssize_t drained = drain(as_bus(self), values[0], values[1], timeout_ns);
    return drained < 0 ? nullptr : PyLong_FromSsize_t(drained);
}

PyObject *bus_drain_array(PyObject *self, PyObject *const *args, Py_ssize_t count,
                          PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = 0;
    std::uint64_t most = PY_SSIZE_T_MAX;
    if (!bind_arguments(g_drain_array, args, count, names, values) ||
        (values[1] && values[1] != Py_None &&
         !as_unsigned(values[1], "max_messages", most, TICKRING_INVALID_ARGUMENT, &most)) ||
        !read_timeout(values[2], &timeout_ns) || !bus_is_free(bus)) {
        return nullptr;
    }
    most = std::min(most, bus->capacity_bytes / kLeastRecordBytes);
    return drain_new(bus, values[0], most, timeout_ns);
}

} // namespace tickring::python
