// SPDX-License-Identifier: Apache-2.0
// Many messages of one size side by side in memory: NumPy structured arrays first, else any
// contiguous buffer. An item of the first dimension is a message.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

namespace tickring::python {

// Holds a contiguous buffer of an object for as long as it lives.
class Array {
  public:
    Array() = default;
    Array(const Array &) = delete;
    Array &operator=(const Array &) = delete;
    ~Array();

    // name stands in the errors. False with an exception set: TypeError (no buffer),
    // InvalidArgument (not contiguous in C order, no dimension, or read-only where it is written).
    bool take(PyObject *object, const char *name, bool writable);

    // False with InvalidArgument set when these are not `count` unsigned ints of 32 bits.
    [[nodiscard]] bool holds_types(PyObject *object, const char *name, std::size_t count) const;

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t item_bytes() const { return item_bytes_; }
    [[nodiscard]] unsigned char *item(std::size_t index) const {
        return static_cast<unsigned char *>(view_.buf) + index * item_bytes_;
    }

  private:
    Py_buffer view_{};
    std::size_t count_ = 0;
    std::size_t item_bytes_ = 0;
};

} // namespace tickring::python
