// SPDX-License-Identifier: Apache-2.0
// What a sender works on, and its call.
#pragma once

#include <Python.h>

#include <cstdint>

#include "bus.hpp"
#include "format.hpp"
#include "quick_pack.hpp"
#include "stamp.hpp"

namespace tickring::python {

// References go one way: Sender -> Bus. What the common call reads comes first, and together.
struct Sender {
    PyObject_HEAD vectorcallfunc vectorcall;
    Bus *bus;
    const QuickField *quick_fields; // of format
    Py_ssize_t value_count;         // of a call
    std::uint64_t size_bytes;       // of a message
    Stamp stamp;
    std::uint32_t type_id;
    bool is_padded; // as the format
    bool busy;
    PyObject *format_text;
    Format *format;         // without the field that is stamped natively
    unsigned char *message; // where values become bytes: their code may use the bus or close it
};

inline Sender *as_sender(PyObject *self) { return reinterpret_cast<Sender *>(self); }

// The call for a sender that is otherwise complete.
vectorcallfunc call_for(const Sender &sender);

} // namespace tickring::python
