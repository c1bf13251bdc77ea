// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "guard.hpp"
#include "receive.hpp"
#include "waiting.hpp"

namespace tickring::python {
namespace {

Signature g_recv{"recv", 1, 0, {"timeout_s"}, {}};
Signature g_zero_copy{"recv_zero_copy", 1, 0, {"timeout_s"}, {}};
Signature g_into{"recv_into", 2, 1, {"buffer", "timeout_s"}, {}};
Signature g_drain{"drain", 2, 0, {"max_messages", "timeout_s"}, {}};

constexpr std::uint64_t kRecordHeaderBytes = 16;

// Both items, or neither with an exception set. Takes over second, which may be nullptr.
bool fill_pair(PyObject *pair, std::uint32_t type_id, PyObject *second) {
    PyObject *first = second ? PyLong_FromUnsignedLong(type_id) : nullptr;
    if (!first) {
        Py_XDECREF(second);
        return false;
    }
    PyTuple_SET_ITEM(pair, 0, first);
    PyTuple_SET_ITEM(pair, 1, second);
    return true;
}

// The next message as (type_id, bytes), still in bus->received: for lack of memory none is lost.
PyObject *copy_message(Bus *bus, std::int64_t timeout_ns) {
    // First, since it may collect garbage, and a finalizer may use the bus or close it.
    PyObject *pair = PyTuple_New(2);
    const Received &message = bus->received;
    if (!pair || !find_message(bus, timeout_ns) ||
        !fill_pair(pair, message.type_id,
                   PyBytes_FromStringAndSize(static_cast<const char *>(message.payload),
                                             static_cast<Py_ssize_t>(message.payload_bytes)))) {
        Py_XDECREF(pair);
        return nullptr;
    }
    return pair;
}

PyObject *next_message(Bus *bus, std::int64_t timeout_ns) {
    PyObject *pair = copy_message(bus, timeout_ns);
    if (pair && !release_message(bus)) {
        Py_CLEAR(pair);
    }
    return pair;
}

// The next message into target; fills pair with its type and size.
bool receive_into(Bus *bus, const Py_buffer &target, std::int64_t timeout_ns, PyObject *pair) {
    if (!find_message(bus, timeout_ns)) {
        return false;
    }
    const Received &message = bus->received;
    if (message.payload_bytes > static_cast<std::size_t>(target.len)) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "buffer has %zd bytes, the message has %zu; it stays for the next call",
                    target.len, message.payload_bytes);
        return false;
    }
    if (!fill_pair(pair, message.type_id, PyLong_FromSize_t(message.payload_bytes))) {
        return false;
    }
    if (message.payload_bytes > 0) {
        std::memcpy(target.buf, message.payload, message.payload_bytes);
    }
    return release_message(bus);
}

// Appends the next message to list and adds what it takes of the ring.
bool drain_one(Bus *bus, PyObject *list, std::int64_t timeout_ns, std::uint64_t *taken_bytes) {
    PyObject *pair = copy_message(bus, timeout_ns);
    const bool appended = pair && PyList_Append(list, pair) == 0;
    Py_XDECREF(pair);
    if (!appended) {
        return false;
    }
    *taken_bytes += kRecordHeaderBytes + bus->received.payload_bytes;
    return release_message(bus);
}

} // namespace

bool read_timeout(PyObject *seconds, std::int64_t *timeout_ns) {
    if (seconds == Py_None) {
        *timeout_ns = -1;
        return true;
    }
    return !seconds || as_timeout_ns(seconds, "timeout_s", timeout_ns);
}

// Nothing is written to bus->received before the message is had: a signal handler may receive too.
bool find_message(Bus *bus, std::int64_t timeout_ns) {
    if (!bus_is_free(bus)) {
        return false;
    }
    if (bus->received.payload) {
        return bus_is_ours(bus);
    }
    Received message = {};
    message.payload = tickring_try_acquire_rx(bus->ring, &message.type_id, &message.payload_bytes);
    if (!message.payload && tickring_last_error() != TICKRING_EMPTY) {
        raise_last_error();
    } else if (!message.payload && timeout_ns == 0) {
        raise_error(TICKRING_TIMEOUT, "nothing has been published");
    } else if (!message.payload) {
        message.payload = wait_in_slices(bus, timeout_ns, [&](std::int64_t slice_ns) {
            return tickring_acquire_rx_timed(bus->ring, &message.type_id, &message.payload_bytes,
                                             slice_ns);
        });
    }
    if (message.payload) {
        bus->received = message;
    }
    return message.payload != nullptr;
}

bool release_message(Bus *bus) {
    bus->received.payload = nullptr;
    bus->run_position = tickring_rx_run_position(bus->ring);
    if (tickring_commit_rx(bus->ring) != TICKRING_OK) {
        raise_last_error();
        return false;
    }
    return true;
}

bool intern_receive_names() {
    return intern_names(g_recv) && intern_names(g_zero_copy) && intern_names(g_into) &&
           intern_names(g_drain);
}

PyObject *bus_recv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = -1;
    if (!bind_arguments(g_recv, args, count, names, values) ||
        !read_timeout(values[0], &timeout_ns)) {
        return nullptr;
    }
    return next_message(as_bus(self), timeout_ns);
}

PyObject *bus_recv_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = -1;
    if (!bind_arguments(g_zero_copy, args, count, names, values) ||
        !read_timeout(values[0], &timeout_ns) || !find_message(bus, timeout_ns)) {
        return nullptr;
    }
    return make_rx_guard(bus);
}

PyObject *bus_recv_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = -1;
    if (!bind_arguments(g_into, args, count, names, values) ||
        !read_timeout(values[1], &timeout_ns)) {
        return nullptr;
    }
    // Both run code of others, which may use the bus or close it: before the message is looked for.
    Py_buffer target;
    if (PyObject_GetBuffer(values[0], &target, PyBUF_WRITABLE) < 0) {
        if (PyErr_ExceptionMatches(PyExc_BufferError)) {
            PyErr_Clear();
            raise_error(TICKRING_INVALID_ARGUMENT, "buffer is not writable and contiguous");
        }
        return nullptr;
    }
    PyObject *pair = PyTuple_New(2);
    if (pair && !receive_into(as_bus(self), target, timeout_ns, pair)) {
        Py_CLEAR(pair);
    }
    PyBuffer_Release(&target);
    return pair;
}

PyObject *bus_drain(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    std::uint64_t most = PY_SSIZE_T_MAX;
    std::int64_t timeout_ns = 0;
    if (!bind_arguments(g_drain, args, count, names, values) ||
        (values[0] && values[0] != Py_None &&
         !as_unsigned(values[0], "max_messages", most, TICKRING_INVALID_ARGUMENT, &most)) ||
        !read_timeout(values[1], &timeout_ns) || !bus_is_free(bus)) {
        return nullptr;
    }
    PyObject *list = PyList_New(0);
    std::uint64_t taken_bytes = 0;
    for (std::uint64_t i = 0; list && i < most && taken_bytes < bus->capacity_bytes; ++i) {
        if (!drain_one(bus, list, i == 0 ? timeout_ns : 0, &taken_bytes)) {
            break;
        }
    }
    // What ended it is forgotten beside messages: the next call meets it again.
    if (list && PyErr_Occurred()) {
        if (PyList_GET_SIZE(list) == 0 && !PyErr_ExceptionMatches(error_class(TICKRING_TIMEOUT))) {
            Py_CLEAR(list);
        } else {
            PyErr_Clear();
        }
    }
    return list;
}

PyObject *bus_iternext(PyObject *self) {
    PyObject *pair = next_message(as_bus(self), -1);
    if (!pair && PyErr_ExceptionMatches(error_class(TICKRING_PEER_CLOSED))) {
        PyErr_Clear(); // nullptr without an exception ends the iteration
    }
    return pair;
}

} // namespace tickring::python
