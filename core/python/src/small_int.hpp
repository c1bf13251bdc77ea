// SPDX-License-Identifier: Apache-2.0
// Ints that are read without a call: those of one digit, 0 to 2**30 - 1 in every CPython, and up to
// CPython 3.11, whose digits a module may read, those of 64 bits.
#pragma once

#include <Python.h>

#include <cstdint>

namespace tickring::python {

[[gnu::always_inline]] inline bool is_small_positive(PyObject *value) {
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
[[gnu::always_inline]] inline std::uint32_t small_value(PyObject *value) {
#if PY_VERSION_HEX >= 0x030C0000
    return static_cast<std::uint32_t>(
        PyUnstable_Long_CompactValue(reinterpret_cast<PyLongObject *>(value)));
#else
    return Py_SIZE(value) == 0 ? 0 : reinterpret_cast<PyLongObject *>(value)->ob_digit[0];
#endif
}

// An exact int from 0 to 2**64 - 1. False: anything else; no exception is set.
[[gnu::always_inline]] inline bool read_word(PyObject *value, std::uint64_t *out) {
    if (!PyLong_CheckExact(value)) {
        return false;
    }
#if PY_VERSION_HEX < 0x030C0000 && PYLONG_BITS_IN_DIGIT == 30
    const digit *digits = reinterpret_cast<PyLongObject *>(value)->ob_digit;
    switch (Py_SIZE(value)) {
    case 0:
        *out = 0;
        return true;
    case 1:
        *out = digits[0];
        return true;
    case 2:
        *out = digits[0] | std::uint64_t{digits[1]} << 30;
        return true;
    case 3:
        *out = digits[0] | std::uint64_t{digits[1]} << 30 | std::uint64_t{digits[2]} << 60;
        return digits[2] < 16; // 4 bits are left of 64
    default:
        return false;
    }
#else
    *out = PyLong_AsUnsignedLong(value);
    if (*out == ~std::uint64_t{0} && PyErr_Occurred()) {
        PyErr_Clear();
        return false;
    }
    return true;
#endif
}

} // namespace tickring::python
