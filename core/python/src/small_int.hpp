// SPDX-License-Identifier: Apache-2.0
// Ints of one digit, 0 to 2**30 - 1 in every CPython, read without a call.
#pragma once

#include <Python.h>

#include <cstdint>

namespace tickring::python {

inline bool is_small_positive(PyObject *value) {
    if (!PyLong_CheckExact(value)) {
        return false;
    }
#if PY_VERSION_HEX >= 0x030C0000
    const auto *number = reinterpret_cast<PyLongObject *>(value);
    return PyUnstable_Long_IsCompact(number) && PyUnstable_Long_CompactValue(number) >= 0;
#else
    return Py_SIZE(value) == 0 || Py_SIZE(value) == 1;
#endif
}

// Of an int for which is_small_positive() holds.
inline std::uint32_t small_value(PyObject *value) {
#if PY_VERSION_HEX >= 0x030C0000
    return static_cast<std::uint32_t>(
        PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject *>(value)));
#else
    return Py_SIZE(value) == 0 ? 0 : reinterpret_cast<PyLongObject *>(value)->ob_digit[0];
#endif
}

} // namespace tickring::python
