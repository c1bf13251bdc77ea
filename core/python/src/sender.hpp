// SPDX-License-Identifier: Apache-2.0
// Sender: values of one format into messages, one call each.
#pragma once

#include <Python.h>

#include <ctime>

namespace tickring::python {

// Bus.sender() and the type of what it returns.
PyObject *bus_sender(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

// Reads "realtime" or "monotonic"; leaves *out when value is nullptr. False with an exception set.
bool as_clock(PyObject *value, clockid_t *out);

// To be called once. False with an exception set.
bool add_sender_type(PyObject *module);

} // namespace tickring::python
