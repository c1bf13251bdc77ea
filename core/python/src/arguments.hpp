// SPDX-License-Identifier: Apache-2.0
// Reading the arguments of METH_FASTCALL | METH_KEYWORDS methods without allocating.
#pragma once

#include <Python.h>

#include <cstdint>

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

// Puts what was passed into values[count], borrowed; nullptr for what was not passed. False with
// TypeError set.
bool bind_arguments(const Signature &signature, PyObject *const *args, Py_ssize_t positional_count,
                    PyObject *keyword_names, PyObject **values);

// An int, or what has __index__. False with TypeError set, or InvalidArgument (below 0 or above
// limit); too_large is the code for above limit.
bool as_unsigned(PyObject *value, const char *name, std::uint64_t limit, int too_large,
                 std::uint64_t *out);
bool as_uint32(PyObject *value, const char *name, std::uint32_t *out);

// Seconds as a number of 0 or more; infinity becomes -1, for ever. False with an exception set.
bool as_timeout_ns(PyObject *seconds, const char *name, std::int64_t *out);

} // namespace tickring::python
