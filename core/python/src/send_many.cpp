// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "arguments.hpp"
#include "array.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "sender.hpp"
#include "sending.hpp"
#include "stamp.hpp"

namespace tickring::python {
namespace {

Signature g_send_many{"send_many", 4, 1, {"array", "type_id", "stamp", "clock"}, {}};

constexpr std::size_t kMessagesBetweenSignals = 1 << 14;

struct Types {
    Array array;
    std::uint32_t one = 0;
    bool many = false;

    [[nodiscard]] std::uint32_t of(std::size_t index) const {
        std::uint32_t type_id = one;
        if (many) {
            std::memcpy(&type_id, array.item(index), sizeof type_id);
        }
        return type_id;
    }
};

// NumPy's arrays have __index__, and its numbers have buffers: what is a number is asked first.
bool take_types(PyObject *value, std::size_t count, Types *types) {
    PyObject *number = value && PyIndex_Check(value) ? PyNumber_Index(value) : nullptr;
    if (number || !value || !PyObject_CheckBuffer(value)) {
        const bool taken = !value || as_uint32(number ? number : value, "type_id", &types->one);
        Py_XDECREF(number);
        return taken;
    }
    PyErr_Clear();
    types->many = true;
    return types->array.take(value, "type_id", false) &&
           types->array.holds_types(value, "type_id", count);
}

// Where the field called name begins in the items of a structured array, and whether a stamp fits.
bool find_field(PyObject *array, PyObject *name, Stamp *stamp) {
    PyObject *dtype = PyObject_GetAttrString(array, "dtype");
    PyObject *fields = dtype ? PyObject_GetAttrString(dtype, "fields") : nullptr;
    PyObject *row = fields && fields != Py_None ? PyObject_GetItem(fields, name) : nullptr;
    PyObject *text = row ? PyObject_GetAttrString(PyTuple_GetItem(row, 0), "str") : nullptr;
    PyObject *offset = text ? PyTuple_GetItem(row, 1) : nullptr;
    bool found = false;
    if (offset && PyUnicode_Check(text)) {
        const bool little = PyUnicode_CompareWithASCIIString(text, "<u8") == 0 ||
                            PyUnicode_CompareWithASCIIString(text, "<i8") == 0;
        const bool big = PyUnicode_CompareWithASCIIString(text, ">u8") == 0 ||
                         PyUnicode_CompareWithASCIIString(text, ">i8") == 0;
        stamp->swapped = big;
        stamp->offset_bytes = PyLong_AsLongLong(offset);
        found = little || big;
    }
    PyErr_Clear();
    if (!found) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "stamp is %R; allowed is the name of a field of 8-byte integers", name);
    }
    Py_XDECREF(text);
    Py_XDECREF(row);
    Py_XDECREF(fields);
    Py_XDECREF(dtype);
    return found;
}

bool take_stamp(PyObject *array, std::size_t item_bytes, PyObject *value, Stamp *stamp) {
    if (!value || value == Py_None) {
        return true;
    }
    if (PyUnicode_Check(value)) {
        return find_field(array, value, stamp);
    }
    if (item_bytes < 8) {
        raise_error(TICKRING_INVALID_ARGUMENT, "stamp is %R, but a message has %zu bytes only",
                    value, item_bytes);
        return false;
    }
    std::uint64_t offset_bytes = 0;
    if (!as_unsigned(value, "stamp", item_bytes - 8, TICKRING_INVALID_ARGUMENT, &offset_bytes)) {
        return false;
    }
    stamp->offset_bytes = static_cast<std::int64_t>(offset_bytes);
    return true;
}

bool send_one(Bus *bus, const void *message, std::size_t size_bytes, std::uint32_t type_id,
              const Stamp &stamp) {
    return send_written(bus, size_bytes, type_id, [=, &stamp](void *payload) {
        if (size_bytes == 32) { // a tick: two moves instead of a call
            std::memcpy(payload, message, 32);
        } else {
            std::memcpy(payload, message, size_bytes);
        }
        if (stamp.offset_bytes >= 0) {
            write_stamp(stamp, payload);
        }
        return true;
    });
}

// A signal handler is Python code: it may raise, use the bus or close it.
bool let_signals_in(const Bus *bus) { return PyErr_CheckSignals() == 0 && bus_is_free(bus); }

// How many messages were sent; fewer than there are with an exception set.
std::size_t send_all(Bus *bus, const Array &array, const Types &types, const Stamp &stamp) {
    for (std::size_t i = 0; i < array.count(); ++i) {
        if ((i % kMessagesBetweenSignals == 0 && !let_signals_in(bus)) ||
            !send_one(bus, array.item(i), array.item_bytes(), types.of(i), stamp)) {
            return i;
        }
    }
    return array.count();
}

// Tells in the exception how many messages went out before it.
void note_sent(std::size_t sent_count) {
    PyObject *type = nullptr;
    PyObject *value = nullptr;
    PyObject *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *count = PyLong_FromSize_t(sent_count);
    if (!count || PyObject_SetAttrString(value, "sent_count", count) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(count);
    PyErr_Restore(type, value, traceback);
}

} // namespace

bool intern_send_many_names() { return intern_names(g_send_many); }

PyObject *bus_send_many(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    Array array;
    Types types;
    Stamp stamp;
    if (!bind_arguments(g_send_many, args, count, names, values) ||
        !array.take(values[0], "array", false) || !take_types(values[1], array.count(), &types) ||
        !take_stamp(values[0], array.item_bytes(), values[2], &stamp) ||
        !as_clock(values[3], &stamp.clock)) {
        return nullptr;
    }
    if (array.item_bytes() > bus->max_payload_bytes) {
        return raise_error(
            TICKRING_TOO_LARGE, "an item of array has %zu bytes; allowed are 0 to %llu",
            array.item_bytes(), static_cast<unsigned long long>(bus->max_payload_bytes));
    }
    if (!bus_is_free(bus)) {
        return nullptr;
    }
    const std::size_t sent_count = send_all(bus, array, types, stamp);
    if (sent_count < array.count()) {
        note_sent(sent_count);
        return nullptr;
    }
    return PyLong_FromSize_t(sent_count);
}

} // namespace tickring::python
