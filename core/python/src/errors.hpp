// SPDX-License-Identifier: Apache-2.0
// The exceptions of the module: tickring.Error and one subclass per code of the C interface.
#pragma once

#include <Python.h>

namespace tickring::python {

// Creates the classes and adds them to the module. False with an exception set.
bool add_errors(PyObject *module);

// The class for a code of enum tickring_code; tickring.Error for an unknown one. Borrowed.
PyObject *error_class(int code);

// Sets the exception for the last call of this thread that failed. Always nullptr.
PyObject *raise_last_error();

// Sets the exception for a code with a text of our own. Always nullptr.
PyObject *raise_error(int code, const char *format, ...);

} // namespace tickring::python
