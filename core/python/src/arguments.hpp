// SPDX-License-Identifier: Apache-2.0
// Reading the arguments of METH_FASTCALL | METH_KEYWORDS methods without allocating.
#pragma once

#include <Python.h>

#include <cstdint>

#include "small_int.hpp"

namespace tickring::python {

constexpr int kMaxParameters = 4;

// The parameters of one method, all of them by position or by keyword.
struct Signature {
    const char *function;
    int count;
    int required; // the first so many have no default
    const char *names[kMaxParameters];
    PyObject *interned[kMaxParameters]; // of the names, made by intern_names()
};

// To be called once, when the module is made. False with an exception set.
bool intern_names(Signature &signature);

// bind_arguments() for keywords in any order, and for what is wrong.
bool bind_in_any_order(const Signature &signature, PyObject *const *args,
                       Py_ssize_t positional_count, PyObject *keyword_names, PyObject **values);

// Puts what was passed into values[kMaxParameters], borrowed; nullptr for what was not passed.
// False with TypeError set. Names in compiled calls are interned: nearly always the identity
// decides.
inline bool bind_arguments(const Signature &signature, PyObject *const *args,
                           Py_ssize_t positional_count, PyObject *keyword_names,
                           PyObject **values) {
    const Py_ssize_t given =
        positional_count + (keyword_names ? PyTuple_GET_SIZE(keyword_names) : 0);
    bool is_in_order = given >= signature.required && given <= signature.count;
    for (Py_ssize_t i = positional_count; is_in_order && i < given; ++i) {
        is_in_order =
            PyTuple_GET_ITEM(keyword_names, i - positional_count) == signature.interned[i];
    }
    if (!is_in_order) [[unlikely]] {
        return bind_in_any_order(signature, args, positional_count, keyword_names, values);
    }
    for (int i = 0; i < kMaxParameters; ++i) { // as often each time: no loop is left
        values[i] = i < given ? args[i] : nullptr;
    }
    return true;
}

// as_unsigned() for larger ints, what has __index__, and what is wrong.
bool as_any_unsigned(PyObject *value, const char *name, std::uint64_t limit, int too_large,
                     std::uint64_t *out);

// An int, or what has __index__. False with TypeError set, or InvalidArgument (below 0 or above
// limit); too_large is the code for above limit.
inline bool as_unsigned(PyObject *value, const char *name, std::uint64_t limit, int too_large,
                        std::uint64_t *out) {
    if (is_small_positive(value) && small_value(value) <= limit) [[likely]] {
        *out = small_value(value);
        return true;
    }
    return as_any_unsigned(value, name, limit, too_large, out);
}

// The same up to 2**32 - 1.
bool as_any_uint32(PyObject *value, const char *name, std::uint32_t *out);
inline bool as_uint32(PyObject *value, const char *name, std::uint32_t *out) {
    if (is_small_positive(value)) [[likely]] {
        *out = small_value(value);
        return true;
    }
    return as_any_uint32(value, name, out);
}

// Seconds as a number of 0 or more; infinity becomes -1, for ever. False with an exception set.
bool as_timeout_ns(PyObject *seconds, const char *name, std::int64_t *out);

} // namespace tickring::python
