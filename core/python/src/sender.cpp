// SPDX-License-Identifier: Apache-2.0
#include "sender.hpp"

#include <cstddef>
#include <new>

#include <Python.h>
#include <structmember.h>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "format.hpp"
#include "sender_call.hpp"

namespace tickring::python {
namespace {

PyTypeObject *g_sender_type = nullptr;
Signature g_sender{"sender", 4, 1, {"format", "type_id", "stamp", "clock"}, {}};

void sender_dealloc(PyObject *self) {
    Sender *sender = as_sender(self);
    PyTypeObject *type = Py_TYPE(self);
    delete sender->format;
    delete[] sender->message;
    Py_XDECREF(sender->format_text);
    Py_DECREF(reinterpret_cast<PyObject *>(sender->bus));
    PyObject_Free(self);
    Py_DECREF(type);
}

PyObject *sender_repr(PyObject *self) {
    const Sender *sender = as_sender(self);
    return PyUnicode_FromFormat("<tickring.Sender of %R, %llu bytes>", sender->format_text,
                                static_cast<unsigned long long>(sender->size_bytes));
}

PyObject *get_size(PyObject *self, void *) {
    return PyLong_FromUnsignedLongLong(as_sender(self)->size_bytes);
}

PyObject *get_format(PyObject *self, void *) { return Py_NewRef(as_sender(self)->format_text); }

// Takes the stamped field out of those that calls give values for.
bool take_stamp(Sender *sender, PyObject *index) {
    auto &fields = sender->format->fields;
    std::uint64_t number = 0;
    if (fields.empty()) {
        raise_error(TICKRING_INVALID_ARGUMENT, "stamp is %R, but format %R has no field", index,
                    sender->format_text);
        return false;
    }
    if (!as_unsigned(index, "stamp", fields.size() - 1, TICKRING_INVALID_ARGUMENT, &number)) {
        return false;
    }
    const auto field = fields.begin() + static_cast<std::ptrdiff_t>(number);
    const bool integer = field->packing == Packing::kUnsigned || field->packing == Packing::kSigned;
    if (!integer || field->size_bytes != 8) {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "stamp is %R, a field '%c' of %llu bytes; allowed is an integer of 8 bytes",
                    index, field->code, static_cast<unsigned long long>(field->size_bytes));
        return false;
    }
    sender->stamp.offset_bytes = static_cast<std::int64_t>(field->offset_bytes);
    sender->stamp.swapped = field->swapped;
    fields.erase(field);
    set_quick_fields(sender->format);
    return true;
}

PyObject *make_sender(Bus *bus) {
    Sender *sender = PyObject_New(Sender, g_sender_type);
    if (!sender) {
        return nullptr;
    }
    Py_INCREF(reinterpret_cast<PyObject *>(bus));
    sender->vectorcall = nullptr;
    sender->bus = bus;
    sender->quick_fields = nullptr;
    sender->value_count = 0;
    sender->size_bytes = 0;
    sender->stamp = {};
    sender->type_id = 0;
    sender->is_padded = false;
    sender->busy = false;
    sender->format_text = nullptr;
    sender->format = new (std::nothrow) Format;
    sender->message = nullptr;
    if (!sender->format) {
        Py_DECREF(reinterpret_cast<PyObject *>(sender));
        return PyErr_NoMemory();
    }
    return reinterpret_cast<PyObject *>(sender);
}

bool prepare(Sender *sender, PyObject *const *values) {
    Format &format = *sender->format;
    sender->format_text = Py_NewRef(values[0]);
    if (!compile_format(values[0], sender->bus->max_payload_bytes, &format) ||
        (values[1] && !as_uint32(values[1], "type_id", &sender->type_id)) ||
        (values[2] && values[2] != Py_None && !take_stamp(sender, values[2])) ||
        !as_clock(values[3], &sender->stamp.clock)) {
        return false;
    }
    sender->quick_fields = format.quick_fields.data();
    sender->value_count = static_cast<Py_ssize_t>(format.fields.size());
    sender->size_bytes = format.size_bytes;
    sender->is_padded = format.is_padded;
    sender->vectorcall = call_for(*sender);
    sender->message = new (std::nothrow) unsigned char[format.size_bytes]();
    if (!sender->message) {
        PyErr_NoMemory();
    }
    return sender->message != nullptr;
}

// The interpreter calls a bound built-in method without asking for its kind of call.
PyObject *send_bound(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    return as_sender(self)->vectorcall(self, args, static_cast<std::size_t>(count), names);
}

PyMethodDef g_methods[] = {
    {"send", reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(send_bound)),
     METH_FASTCALL | METH_KEYWORDS,
     "send(*values, type_id=...): does and raises what a call of the sender does and raises. Kept\n"
     "in a variable, as in send = bus.sender(...).send, it is what takes the interpreter least."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef g_attributes[] = {
    {"size", get_size, nullptr, "Bytes of each message.", nullptr},
    {"format", get_format, nullptr, "What it was made from.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMemberDef g_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Sender, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

const char kDoc[] =
    "Sends one message per call, made by Bus.sender().\n\n"
    "send(*values, type_id=...): one value for each field of the format but the stamped one, as\n"
    "for struct.pack; a further value, by position or by name, is the type of this message. Waits\n"
    "while the ring is full. Returns None. What a call refuses it has not sent in part.\n"
    "Raises InvalidArgument (a value that does not fit its field; ValueError), TypeError (a value\n"
    "of another kind, or too few), what the value's own conversion raises, and what\n"
    "Bus.send_zero_copy() raises; BadState also while another call of it is under way. The\n"
    "thread that uses the bus may use it.";

PyType_Slot g_slots[] = {
    {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
    {Py_tp_members, g_members},
    {Py_tp_methods, g_methods},
    {Py_tp_dealloc, reinterpret_cast<void *>(sender_dealloc)},
    {Py_tp_repr, reinterpret_cast<void *>(sender_repr)},
    {Py_tp_getset, g_attributes},
    {Py_tp_doc, const_cast<char *>(kDoc)},
    {0, nullptr},
};

PyType_Spec g_spec = {
    "tickring.Sender", sizeof(Sender), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL, g_slots};

} // namespace

bool as_clock(PyObject *value, clockid_t *out) {
    if (!value) {
        return true;
    }
    if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, "realtime") == 0) {
        *out = CLOCK_REALTIME;
    } else if (PyUnicode_Check(value) &&
               PyUnicode_CompareWithASCIIString(value, "monotonic") == 0) {
        *out = CLOCK_MONOTONIC;
    } else {
        raise_error(TICKRING_INVALID_ARGUMENT,
                    "clock is %R; allowed are 'realtime' and 'monotonic'", value);
        return false;
    }
    return true;
}

bool add_sender_type(PyObject *module) {
    g_sender_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    return g_sender_type && intern_names(g_sender) && PyModule_AddType(module, g_sender_type) == 0;
}

PyObject *bus_sender(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    Bus *bus = as_bus(self);
    PyObject *values[kMaxParameters];
    if (!bind_arguments(g_sender, args, count, names, values) || !bus_is_usable(bus)) {
        return nullptr;
    }
    if (bus->role != TICKRING_ROLE_PRODUCER) {
        return raise_error(TICKRING_BAD_STATE, "this end consumes; only a producer has senders");
    }
    PyObject *sender = make_sender(bus);
    if (sender && !prepare(as_sender(sender), values)) {
        Py_CLEAR(sender);
    }
    return sender;
}

} // namespace tickring::python
