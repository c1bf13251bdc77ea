// SPDX-License-Identifier: Apache-2.0
// Values of the common types into bytes, without a call.
#pragma once

#include <Python.h>

#include <cstdint>
#include <cstring>

#include "format.hpp"
#include "small_int.hpp"

namespace tickring::python {

// False, with no exception set: the value is not of the common type for its field, and nothing was
// written. Runs no code of the value's.
[[gnu::always_inline]] inline bool pack_field_quickly(QuickPacking quick, PyObject *value,
                                                      unsigned char *to) {
    switch (quick) {
    case QuickPacking::kNone:
    case QuickPacking::kEnd:
        return false;
    case QuickPacking::kUnsigned32: {
        if (!is_small_positive(value)) {
            return false;
        }
        const std::uint32_t bits = small_value(value);
        std::memcpy(to, &bits, sizeof bits);
        return true;
    }
    case QuickPacking::kUnsigned64: {
        std::uint64_t bits = 0;
        if (!read_word(value, &bits)) {
            return false;
        }
        std::memcpy(to, &bits, sizeof bits);
        return true;
    }
    case QuickPacking::kFloat64: {
        if (!PyFloat_CheckExact(value)) {
            return false;
        }
        const double number = PyFloat_AS_DOUBLE(value);
        std::memcpy(to, &number, sizeof number);
        return true;
    }
    case QuickPacking::kBytes8:
        if (!PyBytes_CheckExact(value) || PyBytes_GET_SIZE(value) != 8) {
            return false;
        }
        std::memcpy(to, PyBytes_AS_STRING(value), 8);
        return true;
    }
    return false;
}

// One value for each field; the bytes between them are left alone. False, with no exception set:
// one is not of the common type for its field, and what was written is of no use.
[[gnu::always_inline]] inline bool pack_quickly(const QuickField *field, PyObject *const *values,
                                                unsigned char *message) {
    for (; field->packing != QuickPacking::kEnd; ++field) {
        if (!pack_field_quickly(field->packing, *values++, message + field->offset_bytes)) {
            return false;
        }
    }
    return true;
}

} // namespace tickring::python
