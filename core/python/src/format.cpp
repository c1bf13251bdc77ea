// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"

#include <bit>
#include <cctype>
#include <cstddef>
#include <string_view>

#include <tickring/tickring.h>

#include "errors.hpp"

namespace tickring::python {
namespace {

struct Code {
    char code;
    Packing packing;
    std::uint8_t standard_bytes; // 0: native only
    std::uint8_t native_bytes;
    std::uint8_t alignment_bytes;
};

template <class Type>
constexpr Code scalar(char code, Packing packing, std::uint8_t standard_bytes) {
    return {code, packing, standard_bytes, sizeof(Type), alignof(Type)};
}

constexpr Code kCodes[] = {
    scalar<char>('c', Packing::kChar, 1),
    scalar<signed char>('b', Packing::kSigned, 1),
    scalar<unsigned char>('B', Packing::kUnsigned, 1),
    scalar<bool>('?', Packing::kBool, 1),
    scalar<short>('h', Packing::kSigned, 2),
    scalar<unsigned short>('H', Packing::kUnsigned, 2),
    scalar<int>('i', Packing::kSigned, 4),
    scalar<unsigned int>('I', Packing::kUnsigned, 4),
    scalar<long>('l', Packing::kSigned, 4),
    scalar<unsigned long>('L', Packing::kUnsigned, 4),
    scalar<long long>('q', Packing::kSigned, 8),
    scalar<unsigned long long>('Q', Packing::kUnsigned, 8),
    scalar<std::ptrdiff_t>('n', Packing::kSigned, 0),
    scalar<std::size_t>('N', Packing::kUnsigned, 0),
    {'e', Packing::kFloat, 2, 2, 2},
    scalar<float>('f', Packing::kFloat, 4),
    scalar<double>('d', Packing::kFloat, 8),
    {'s', Packing::kBytes, 1, 1, 1},
    {'p', Packing::kPascal, 1, 1, 1},
    scalar<void *>('P', Packing::kPointer, 0),
    {'x', Packing::kBytes, 1, 1, 1},
};

const Code *find_code(char letter) {
    for (const Code &code : kCodes) {
        if (code.code == letter) {
            return &code;
        }
    }
    return nullptr;
}

// What the first character of a format says of all of it.
struct Layout {
    bool native = true; // sizes and alignment of this machine's C compiler
    bool swapped = false;
};

Layout take_layout(std::string_view *text) {
    Layout layout;
    const char first = text->empty() ? '\0' : text->front();
    if (std::string_view("@=<>!").find(first) == std::string_view::npos || first == '\0') {
        return layout;
    }
    text->remove_prefix(1);
    layout.native = first == '@';
    const bool big = first == '>' || first == '!';
    const bool little = first == '<';
    layout.swapped = (big && std::endian::native == std::endian::little) ||
                     (little && std::endian::native == std::endian::big);
    return layout;
}

QuickPacking quick_packing(Packing packing, std::uint64_t size_bytes, bool swapped) {
    if (packing == Packing::kBytes && size_bytes == 8) {
        return QuickPacking::kBytes8;
    }
    if (packing == Packing::kFloat && size_bytes == 8 && !swapped) {
        return QuickPacking::kFloat64;
    }
    if (packing == Packing::kUnsigned && size_bytes == 4 && !swapped) {
        return QuickPacking::kUnsigned32;
    }
    if (packing == Packing::kUnsigned && size_bytes == 8 && !swapped) {
        return QuickPacking::kUnsigned64;
    }
    return QuickPacking::kNone;
}

// Appends the fields of "<count><letter>"; struct has accepted the format already.
void add_fields(const Layout &layout, std::uint64_t count, const Code &code, Format *format) {
    const std::uint64_t item_bytes = layout.native ? code.native_bytes : code.standard_bytes;
    const std::uint64_t alignment = layout.native ? code.alignment_bytes : 1;
    format->size_bytes = (format->size_bytes + alignment - 1) / alignment * alignment;
    const bool single = code.code == 's' || code.code == 'p';
    const std::uint64_t field_bytes = single ? count : item_bytes;
    const std::uint64_t field_count = single ? 1 : code.code == 'x' ? 0 : count;
    for (std::uint64_t i = 0; i < field_count; ++i) {
        format->fields.push_back({format->size_bytes + i * field_bytes, field_bytes, code.packing,
                                  quick_packing(code.packing, field_bytes, layout.swapped),
                                  layout.swapped, code.code});
    }
    format->size_bytes += count * item_bytes;
}

// False for a letter that this Python's struct knows and this table does not.
bool read_fields(std::string_view text, Format *format) {
    const Layout layout = take_layout(&text);
    std::uint64_t count = 1;
    bool counted = false;
    for (const char letter : text) {
        if (letter >= '0' && letter <= '9') {
            count = (counted ? count * 10 : 0) + static_cast<std::uint64_t>(letter - '0');
            counted = true;
        } else if (!std::isspace(static_cast<unsigned char>(letter))) {
            const Code *code = find_code(letter);
            if (!code) {
                return false;
            }
            add_fields(layout, count, *code, format);
            count = 1;
            counted = false;
        }
    }
    return true;
}

// What the exception says is raised again as ours.
void translate_refusal(PyObject *text) {
    PyObject *type = nullptr;
    PyObject *value = nullptr;
    PyObject *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    raise_error(TICKRING_INVALID_ARGUMENT, "format is %R: %S", text, value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

// What struct makes of the format in bytes; -1 with an exception set.
Py_ssize_t ask_struct(PyObject *text) {
    PyObject *module = PyImport_ImportModule("struct");
    PyObject *refusal = module ? PyObject_GetAttrString(module, "error") : nullptr;
    PyObject *size = refusal ? PyObject_CallMethod(module, "calcsize", "O", text) : nullptr;
    const Py_ssize_t size_bytes = size ? PyLong_AsSsize_t(size) : -1;
    if (refusal && size_bytes < 0 && PyErr_ExceptionMatches(refusal)) {
        translate_refusal(text);
    }
    Py_XDECREF(size);
    Py_XDECREF(refusal);
    Py_XDECREF(module);
    return size_bytes;
}

bool as_text(PyObject *text, std::string_view *out) {
    Py_ssize_t length = 0;
    if (PyBytes_Check(text)) {
        *out = {PyBytes_AS_STRING(text), static_cast<std::size_t>(PyBytes_GET_SIZE(text))};
        return true;
    }
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "format must be str or bytes, not %s",
                     Py_TYPE(text)->tp_name);
        return false;
    }
    const char *characters = PyUnicode_AsUTF8AndSize(text, &length);
    *out = {characters ? characters : "", static_cast<std::size_t>(length)};
    return characters != nullptr;
}

} // namespace

bool compile_format(PyObject *text, std::uint64_t limit_bytes, Format *out) {
    std::string_view characters;
    if (!as_text(text, &characters)) {
        return false;
    }
    const Py_ssize_t size_bytes = ask_struct(text);
    if (size_bytes < 0) {
        return false;
    }
    const auto expected = static_cast<std::uint64_t>(size_bytes);
    if (expected > limit_bytes) {
        raise_error(TICKRING_TOO_LARGE, "format is %R of %zd bytes; allowed are 0 to %llu", text,
                    size_bytes, static_cast<unsigned long long>(limit_bytes));
        return false;
    }
    if (!read_fields(characters, out) || out->size_bytes != expected) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "format is %R; the letters that can be packed here are cbB?hHiIlLqQnNefdspPx",
                    text);
        return false;
    }
    std::uint64_t field_bytes = 0;
    for (const FormatField &field : out->fields) {
        field_bytes += field.size_bytes;
    }
    out->is_padded = field_bytes < out->size_bytes;
    set_quick_fields(out);
    return true;
}

void set_quick_fields(Format *format) {
    format->quick_fields.clear();
    for (const FormatField &field : format->fields) {
        format->quick_fields.push_back(
            {static_cast<std::uint32_t>(field.offset_bytes), field.quick});
    }
    format->quick_fields.push_back({0, QuickPacking::kEnd});
}

} // namespace tickring::python
