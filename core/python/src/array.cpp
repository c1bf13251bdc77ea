// SPDX-License-Identifier: Apache-2.0
#include "array.hpp"

#include <cstring>
#include <string_view>

#include <tickring/tickring.h>

#include "errors.hpp"

namespace tickring::python {

Array::~Array() { PyBuffer_Release(&view_); }

bool Array::take(PyObject *object, const char *name, bool writable) {
    const int flags = PyBUF_ND | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(object, &view_, flags) < 0) {
        if (PyErr_ExceptionMatches(PyExc_BufferError) || PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_Clear();
            raise_error(TICKRING_INVALID_ARGUMENT,
                        writable ? "%s is not writable and contiguous in C order"
                                 : "%s is not contiguous in C order; copy it first",
                        name);
        }
        return false;
    }
    if (view_.ndim < 1) {
        raise_error(TICKRING_INVALID_ARGUMENT, "%s has no dimension; allowed are 1 and more", name);
        return false;
    }
    count_ = static_cast<std::size_t>(view_.shape[0]);
    item_bytes_ = static_cast<std::size_t>(view_.itemsize);
    for (int i = 1; i < view_.ndim; ++i) {
        item_bytes_ *= static_cast<std::size_t>(view_.shape[i]);
    }
    return true;
}

bool Array::holds_types(PyObject *object, const char *name, std::size_t count) const {
    const std::string_view format = view_.format ? view_.format : "B";
    const bool unsigned_32 =
        view_.itemsize == 4 && (format == "I" || format == "=I" || format == "<I");
    if (view_.ndim == 1 && unsigned_32 && count_ == count) {
        return true;
    }
    raise_error(TICKRING_INVALID_ARGUMENT,
                "%s is %R; an array must have %zu unsigned ints of 32 bits", name, object, count);
    return false;
}

} // namespace tickring::python
