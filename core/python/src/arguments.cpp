// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <cmath>
#include <limits>

#include <tickring/tickring.h>

#include "errors.hpp"

namespace tickring::python {
namespace {

// The index of a keyword, -1 when there is none of that name.
int find_parameter(const Signature &signature, PyObject *name) {
    for (int i = 0; i < signature.count; ++i) {
        if (PyUnicode_CompareWithASCIIString(name, signature.names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

bool out_of_range(PyObject *value, const char *name, std::uint64_t limit, int code) {
    raise_error(code, "%s is %R; allowed are 0 to %llu", name, value,
                static_cast<unsigned long long>(limit));
    return false;
}

} // namespace

bool intern_names(Signature &signature) {
    for (int i = 0; i < signature.count; ++i) {
        signature.interned[i] = PyUnicode_InternFromString(signature.names[i]);
        if (!signature.interned[i]) {
            return false;
        }
    }
    return true;
}

bool bind_in_any_order(const Signature &signature, PyObject *const *args,
                       Py_ssize_t positional_count, PyObject *keyword_names, PyObject **values) {
    if (positional_count > signature.count) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %d positional arguments, %zd were given",
                     signature.function, signature.count, positional_count);
        return false;
    }
    for (int i = 0; i < signature.count; ++i) {
        values[i] = i < positional_count ? args[i] : nullptr;
    }
    const Py_ssize_t keyword_count = keyword_names ? PyTuple_GET_SIZE(keyword_names) : 0;
    for (Py_ssize_t i = 0; i < keyword_count; ++i) {
        PyObject *name = PyTuple_GET_ITEM(keyword_names, i);
        const int found = find_parameter(signature, name);
        if (found < 0 || values[found]) {
            PyErr_Format(PyExc_TypeError, "%s() got %s argument '%U'", signature.function,
                         found < 0 ? "an unexpected" : "two values for the", name);
            return false;
        }
        values[found] = args[positional_count + i];
    }
    for (int i = 0; i < signature.required; ++i) {
        if (!values[i]) {
            PyErr_Format(PyExc_TypeError, "%s() lacks the argument '%s'", signature.function,
                         signature.names[i]);
            return false;
        }
    }
    return true;
}

bool as_any_unsigned(PyObject *value, const char *name, std::uint64_t limit, int too_large,
                     std::uint64_t *out) {
    if (!PyLong_Check(value)) {
        PyObject *index = PyIndex_Check(value) ? PyNumber_Index(value) : nullptr;
        if (!index) {
            if (!PyErr_Occurred()) {
                PyErr_Format(PyExc_TypeError, "%s must be an int, not %s", name,
                             Py_TYPE(value)->tp_name);
            }
            return false;
        }
        const bool good = as_unsigned(index, name, limit, too_large, out);
        Py_DECREF(index);
        return good;
    }
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow < 0 || (overflow == 0 && number < 0)) {
        return out_of_range(value, name, limit, TICKRING_INVALID_ARGUMENT);
    }
    *out = static_cast<std::uint64_t>(number);
    return (overflow == 0 && *out <= limit) || out_of_range(value, name, limit, too_large);
}

bool as_any_uint32(PyObject *value, const char *name, std::uint32_t *out) {
    std::uint64_t number = 0;
    if (!as_unsigned(value, name, UINT32_MAX, TICKRING_INVALID_ARGUMENT, &number)) {
        return false;
    }
    *out = static_cast<std::uint32_t>(number);
    return true;
}

bool as_timeout_ns(PyObject *seconds, const char *name, std::int64_t *out) {
    const double value = PyFloat_AsDouble(seconds);
    if (value == -1.0 && PyErr_Occurred()) {
        return false;
    }
    if (!(value >= 0)) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "%s is %R; allowed are 0 or more seconds, math.inf to wait for ever", name,
                    seconds);
        return false;
    }
    constexpr double kForeverS = 1e9; // 31 years
    *out = value >= kForeverS ? -1 : static_cast<std::int64_t>(std::ceil(value * 1e9));
    return true;
}

} // namespace tickring::python
