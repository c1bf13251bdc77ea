// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "waiting.hpp"

namespace tickring::python {
namespace {

Signature g_recv{"recv", 1, 0, {"timeout_s"}, {}};

// Waits for a message and leaves it in bus->received.
bool receive(Bus *bus, std::int64_t timeout_ns) {
    auto &message = bus->received;
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
    return message.payload != nullptr;
}

// (type_id, bytes). A message that cannot be copied for lack of memory stays for the next call.
PyObject *next_message(Bus *bus, std::int64_t timeout_ns) {
    if (!bus_is_usable(bus) || (!bus->received.payload && !receive(bus, timeout_ns))) {
        return nullptr;
    }
    auto &message = bus->received;
    PyObject *bytes = PyBytes_FromStringAndSize(static_cast<const char *>(message.payload),
                                                static_cast<Py_ssize_t>(message.payload_bytes));
    PyObject *pair = bytes ? Py_BuildValue("(IN)", message.type_id, bytes) : nullptr;
    if (!pair) {
        return nullptr;
    }
    message.payload = nullptr;
    if (tickring_commit_rx(bus->ring) != TICKRING_OK) {
        Py_DECREF(pair);
        return raise_last_error();
    }
    return pair;
}

} // namespace

bool intern_receive_names() { return intern_names(g_recv); }

PyObject *bus_recv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *values[kMaxParameters];
    std::int64_t timeout_ns = -1;
    if (!bind_arguments(g_recv, args, count, names, values) ||
        (values[0] && values[0] != Py_None &&
         !as_timeout_ns(values[0], "timeout_s", &timeout_ns))) {
        return nullptr;
    }
    return next_message(reinterpret_cast<Bus *>(self), timeout_ns);
}

PyObject *bus_iternext(PyObject *self) {
    PyObject *pair = next_message(reinterpret_cast<Bus *>(self), -1);
    if (!pair && PyErr_ExceptionMatches(error_class(TICKRING_PEER_CLOSED))) {
        PyErr_Clear(); // nullptr without an exception ends the iteration
    }
    return pair;
}

} // namespace tickring::python
