// SPDX-License-Identifier: Apache-2.0
// A format of Python's struct module, compiled once so that values can be packed without it.
#pragma once

#include <Python.h>

#include <cstdint>
#include <vector>

namespace tickring::python {

// How one value becomes bytes.
enum class Packing : std::uint8_t {
    kUnsigned,
    kSigned,
    kFloat,  // IEEE 754 of 2, 4 or 8 bytes
    kBytes,  // 's': cut off or padded with zeros
    kPascal, // 'p': a length byte in front
    kChar,   // 'c': bytes of length 1
    kBool,
    kPointer,
};

// Values that are so common that they are packed with one call at most.
enum class QuickPacking : std::uint8_t { kNone, kUnsigned32, kUnsigned64, kFloat64, kBytes8, kEnd };

struct FormatField {
    std::uint64_t offset_bytes;
    std::uint64_t size_bytes;
    Packing packing;
    QuickPacking quick;
    bool swapped; // the order is not this machine's
    char code;    // of the struct module
};

// What is needed of a field to pack it quickly.
struct QuickField {
    std::uint32_t offset_bytes;
    QuickPacking packing;
};

struct Format {
    std::vector<FormatField> fields;      // one for each value, in their order
    std::vector<QuickField> quick_fields; // the same, and kEnd behind them
    std::uint64_t size_bytes = 0;
    bool is_padded = false; // some bytes belong to no value
};

// Takes str or bytes. False with an exception set: InvalidArgument for what struct refuses too,
// TooLarge above limit_bytes, TypeError for what is no text.
bool compile_format(PyObject *text, std::uint64_t limit_bytes, Format *out);

// To be called when fields have changed.
void set_quick_fields(Format *format);

// Writes all values, one for each field. False with an exception set, as pack_value().
bool pack_values(const Format &format, PyObject *const *values, unsigned char *message);

// Writes one value to where the message begins plus the field's offset; bytes that it does not fill
// are set to zero. False with an exception set: InvalidArgument (the value does not fit), TypeError
// (of the wrong kind), or what the value's own __index__, __float__ or __bool__ raised. index names
// the value in the text.
bool pack_value(const FormatField &field, PyObject *value, Py_ssize_t index,
                unsigned char *message);

} // namespace tickring::python
