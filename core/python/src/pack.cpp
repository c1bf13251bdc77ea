// SPDX-License-Identifier: Apache-2.0
// One value of Python into bytes, as struct.pack does it.
#include <algorithm>
#include <bit>
#include <cstring>

#include <tickring/tickring.h>

#include "errors.hpp"
#include "format.hpp"
#include "quick_pack.hpp"

namespace tickring::python {
namespace {

static_assert(sizeof(long) == 8, "the fast conversions of int are those of long");

template <class Unsigned> void store(unsigned char *to, std::uint64_t bits, bool swapped) {
    auto value = static_cast<Unsigned>(bits);
    if (swapped) {
        unsigned char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        std::reverse_copy(bytes, bytes + sizeof value, to);
        return;
    }
    std::memcpy(to, &value, sizeof value);
}

void store_bits(const FormatField &field, std::uint64_t bits, unsigned char *to) {
    switch (field.size_bytes) {
    case 1:
        return store<std::uint8_t>(to, bits, field.swapped);
    case 2:
        return store<std::uint16_t>(to, bits, field.swapped);
    case 4:
        return store<std::uint32_t>(to, bits, field.swapped);
    default:
        return store<std::uint64_t>(to, bits, field.swapped);
    }
}

bool refuse_number(const FormatField &field, PyObject *value, Py_ssize_t index) {
    const auto bits = static_cast<unsigned>(8 * field.size_bytes);
    if (field.packing == Packing::kUnsigned) {
        raise_error(TICKRING_INVALID_ARGUMENT, "value %zd ('%c') is %R; allowed are 0 to %llu",
                    index, field.code, value, ~0ULL >> (64 - bits));
    } else {
        const auto most = static_cast<long long>(~0ULL >> (65 - bits));
        raise_error(TICKRING_INVALID_ARGUMENT, "value %zd ('%c') is %R; allowed are %lld to %lld",
                    index, field.code, value, -most - 1, most);
    }
    return false;
}

bool refuse_type(const FormatField &field, PyObject *value, Py_ssize_t index, const char *wanted) {
    PyErr_Format(PyExc_TypeError, "value %zd ('%c') must be %s, not %s", index, field.code, wanted,
                 Py_TYPE(value)->tp_name);
    return false;
}

bool pack_unsigned(const FormatField &field, PyObject *number, Py_ssize_t index,
                   unsigned char *to) {
    const unsigned long bits = PyLong_AsUnsignedLong(number);
    if (bits == ~0UL && PyErr_Occurred()) {
        PyErr_Clear();
        return refuse_number(field, number, index);
    }
    if (field.size_bytes < 8 && bits >> (8 * field.size_bytes) != 0) {
        return refuse_number(field, number, index);
    }
    store_bits(field, bits, to);
    return true;
}

bool pack_signed(const FormatField &field, PyObject *number, Py_ssize_t index, unsigned char *to) {
    int overflow = 0;
    const long value = PyLong_AsLongAndOverflow(number, &overflow);
    const long most = static_cast<long>(~0ULL >> (65 - 8 * field.size_bytes));
    if (overflow != 0 || value > most || value < -most - 1) {
        return refuse_number(field, number, index);
    }
    store_bits(field, static_cast<std::uint64_t>(value), to);
    return true;
}

bool pack_pointer(const FormatField &field, PyObject *number, Py_ssize_t index, unsigned char *to) {
    void *pointer = PyLong_AsVoidPtr(number);
    if (!pointer && PyErr_Occurred()) {
        PyErr_Clear();
        raise_error(TICKRING_INVALID_ARGUMENT, "value %zd ('P') is %R; allowed is an address",
                    index, number);
        return false;
    }
    store_bits(field, reinterpret_cast<std::uintptr_t>(pointer), to);
    return true;
}

bool pack_integer(const FormatField &field, PyObject *value, Py_ssize_t index, unsigned char *to) {
    const auto pack = field.packing == Packing::kUnsigned ? pack_unsigned
                      : field.packing == Packing::kSigned ? pack_signed
                                                          : pack_pointer;
    if (PyLong_Check(value)) [[likely]] {
        return pack(field, value, index, to);
    }
    if (!PyIndex_Check(value)) {
        return refuse_type(field, value, index, "an int");
    }
    PyObject *number = PyNumber_Index(value);
    const bool packed = number && pack(field, number, index, to);
    Py_XDECREF(number);
    return packed;
}

bool refuse_float(const FormatField &field, PyObject *value, Py_ssize_t index) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "value %zd ('%c') is %R; allowed is what a float of %llu bytes can hold", index,
                    field.code, value, static_cast<unsigned long long>(field.size_bytes));
    } else if (PyErr_ExceptionMatches(PyExc_TypeError) && !PyFloat_Check(value)) {
        PyErr_Clear();
        refuse_type(field, value, index, "a number");
    }
    return false;
}

bool pack_float(const FormatField &field, PyObject *value, Py_ssize_t index, unsigned char *to) {
    const double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        return refuse_float(field, value, index);
    }
    if (field.size_bytes == 8) {
        store<std::uint64_t>(to, std::bit_cast<std::uint64_t>(number), field.swapped);
        return true;
    }
    const int little = (std::endian::native == std::endian::little) != field.swapped;
    auto *target = reinterpret_cast<char *>(to);
    if ((field.size_bytes == 4 ? PyFloat_Pack4(number, target, little)
                               : PyFloat_Pack2(number, target, little)) < 0) {
        return refuse_float(field, value, index);
    }
    return true;
}

bool pack_text(const FormatField &field, PyObject *value, Py_ssize_t index, unsigned char *to) {
    const char *from = nullptr;
    Py_ssize_t length = 0;
    if (PyBytes_Check(value)) [[likely]] {
        from = PyBytes_AS_STRING(value);
        length = PyBytes_GET_SIZE(value);
    } else if (PyByteArray_Check(value)) {
        from = PyByteArray_AS_STRING(value);
        length = PyByteArray_GET_SIZE(value);
    } else {
        return refuse_type(field, value, index, "bytes");
    }
    std::uint64_t room = field.size_bytes;
    if (field.packing == Packing::kPascal && room > 0) {
        room = room - 1;
        *to++ = static_cast<unsigned char>(
            std::min({static_cast<std::uint64_t>(length), room, std::uint64_t{255}}));
    }
    const std::uint64_t copied = std::min(static_cast<std::uint64_t>(length), room);
    std::memcpy(to, from, copied);
    std::memset(to + copied, 0, room - copied);
    return true;
}

bool pack_char(const FormatField &field, PyObject *value, Py_ssize_t index, unsigned char *to) {
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) != 1) {
        return refuse_type(field, value, index, "bytes of length 1");
    }
    *to = static_cast<unsigned char>(PyBytes_AS_STRING(value)[0]);
    return true;
}

} // namespace

bool pack_values(const Format &format, PyObject *const *values, unsigned char *message) {
    Py_ssize_t index = 0;
    for (const FormatField &field : format.fields) {
        PyObject *value = values[index];
        if (!pack_field_quickly(field.quick, value, message + field.offset_bytes) &&
            !pack_value(field, value, index, message)) {
            return false;
        }
        ++index;
    }
    return true;
}

bool pack_value(const FormatField &field, PyObject *value, Py_ssize_t index,
                unsigned char *message) {
    unsigned char *to = message + field.offset_bytes;
    switch (field.packing) {
    case Packing::kUnsigned:
    case Packing::kSigned:
    case Packing::kPointer:
        return pack_integer(field, value, index, to);
    case Packing::kFloat:
        return pack_float(field, value, index, to);
    case Packing::kBytes:
    case Packing::kPascal:
        return pack_text(field, value, index, to);
    case Packing::kChar:
        return pack_char(field, value, index, to);
    case Packing::kBool:
        break;
    }
    const int truth = PyObject_IsTrue(value);
    *to = truth > 0;
    return truth >= 0;
}

} // namespace tickring::python
