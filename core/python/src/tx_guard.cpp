// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include <Python.h>
#include <structmember.h>

#include "arguments.hpp"
#include "errors.hpp"
#include "guard.hpp"
#include "handle.hpp"

namespace tickring::python {
namespace {

PyTypeObject *g_guard_type = nullptr;
PyObject *g_actual_size = nullptr; // the interned name

// Views may live on; the bus stays occupied then.
void end_message(Guard *guard, GuardState state) {
    guard->state = state;
    leave_bus(guard);
}

// 0, or the code of tickring_rollback_tx(); the message is over either way.
int roll_back(Guard *guard, GuardState state) {
    const int code = tickring_rollback_tx(guard->bus->ring);
    end_message(guard, state);
    return code;
}

void lose(Guard *guard) { roll_back(guard, GuardState::kLost); }

// Commits, or rolls back when the block raised.
PyObject *leave(Guard *guard, bool raised) {
    if (guard->state == GuardState::kOpen && (raised || guard->view_count > 0)) {
        roll_back(guard, GuardState::kRolledBack);
        if (!raised) {
            PyErr_SetString(PyExc_BufferError,
                            "a view of the message still lives at the end of its with block; "
                            "the message was rolled back");
            return nullptr;
        }
    } else if (guard->state == GuardState::kOpen) {
        const int code =
            tickring_commit_tx(guard->bus->ring, guard->actual_size_bytes, guard->type_id);
        end_message(guard, code == TICKRING_OK ? GuardState::kDone : GuardState::kRolledBack);
        if (code != TICKRING_OK) {
            return raise_last_error();
        }
    } else if (guard->state == GuardState::kLost && !raised) {
        require_open(guard);
        return nullptr;
    }
    Py_RETURN_NONE;
}

const GuardKind kKind = {"tickring.TxGuard", "the message is committed already",
                         "the bus was closed while the message was open; the message is lost",
                         leave, lose};

PyObject *guard_rollback(PyObject *self, PyObject *) {
    Guard *guard = as_guard(self);
    if (guard->state == GuardState::kRolledBack) {
        Py_RETURN_NONE;
    }
    if (!require_open(guard)) {
        return nullptr;
    }
    if (roll_back(guard, GuardState::kRolledBack) != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

int guard_get_buffer(PyObject *self, Py_buffer *view, int flags) {
    return fill_view(as_guard(self), view, flags, false);
}

// A message whose view goes is written: what the interpreter does until the commit takes as long as
// the line of the commit word.
void guard_release_buffer(PyObject *self, Py_buffer *) {
    Guard *guard = as_guard(self);
    --guard->view_count;
    if (guard->state == GuardState::kOpen) {
        guard->bus->ring->producer.expect_commit();
    }
    leave_bus(guard);
}

PyObject *get_actual_size(PyObject *self, void *) {
    return PyLong_FromSize_t(as_guard(self)->actual_size_bytes);
}

int set_actual_size(PyObject *self, PyObject *value, void *) {
    Guard *guard = as_guard(self);
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "actual_size cannot be deleted");
        return -1;
    }
    std::uint64_t bytes = 0;
    if (!as_unsigned(value, "actual_size", guard->size_bytes, TICKRING_INVALID_ARGUMENT, &bytes) ||
        !require_open(guard)) {
        return -1;
    }
    guard->actual_size_bytes = bytes;
    return 0;
}

// Names in compiled code are interned: nearly always the identity spares the search of the type.
int guard_set_attribute(PyObject *self, PyObject *name, PyObject *value) {
    return name == g_actual_size ? set_actual_size(self, value, nullptr)
                                 : PyObject_GenericSetAttr(self, name, value);
}

void guard_dealloc(PyObject *self) {
    Guard *guard = as_guard(self);
    if (guard->state == GuardState::kOpen) {
        roll_back(guard, GuardState::kRolledBack);
    }
    free_guard(guard);
}

PyMethodDef g_methods[] = {
    {"rollback", guard_rollback, METH_NOARGS,
     "rollback($self, /)\n--\n\n"
     "Gives the message back; nothing of it will be seen. The with block then ends quietly.\n"
     "Again on a message rolled back: does nothing. Raises BadState when it was committed or the\n"
     "bus was closed, Forked in a forked child."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef g_attributes[] = {
    {"actual_size", get_actual_size, set_actual_size,
     "Bytes that are sent: 0 to size, size unless set. Raises InvalidArgument (ValueError)\n"
     "outside of that, TypeError for what is no int, BadState when the message is not open.",
     nullptr},
    {"size", get_size, nullptr, "Bytes that were acquired.", nullptr},
    {"type_id", get_type_id, nullptr, "The type that the message is sent with.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

const char kDoc[] =
    "One message being written, made by Bus.send_zero_copy() and Bus.try_send_zero_copy().\n\n"
    "Has the buffer protocol: memoryview(guard) is a writable view of `size` bytes in the ring,\n"
    "whose contents are unspecified until written. The end of its with block commits\n"
    "`actual_size` bytes; an exception in the block, or a guard that is dropped, rolls back.\n"
    "A view that still lives at the end of the block raises BufferError there and rolls back;\n"
    "the next message raises BufferError too until that view is released.\n\n"
    "A forked child has no view: memoryview(guard) raises Forked there, and a view made before\n"
    "the fork must not be touched (its memory is not mapped: SIGSEGV), only dropped. The thread\n"
    "that uses the bus may use it.";

PyMemberDef g_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Guard, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
    {Py_tp_members, g_members},
    {Py_tp_dealloc, reinterpret_cast<void *>(guard_dealloc)},
    {Py_tp_methods, g_methods},
    {Py_tp_getset, g_attributes},
    {Py_tp_setattro, reinterpret_cast<void *>(guard_set_attribute)},
    {Py_tp_doc, const_cast<char *>(kDoc)},
    {Py_bf_getbuffer, reinterpret_cast<void *>(guard_get_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void *>(guard_release_buffer)},
    {0, nullptr},
};

PyType_Spec g_spec = {
    kKind.type_name, sizeof(Guard), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL, g_slots};

} // namespace

bool add_tx_guard_type(PyObject *module) {
    g_guard_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    g_actual_size = PyUnicode_InternFromString("actual_size");
    return g_guard_type && g_actual_size && add_with_methods(g_guard_type) &&
           PyModule_AddType(module, g_guard_type) == 0;
}

PyObject *make_tx_guard(Bus *bus, void *payload, std::size_t size_bytes, std::uint32_t type_id) {
    Guard *guard = new_guard(bus, g_guard_type, kKind, payload, size_bytes, type_id);
    if (!guard) {
        tickring_rollback_tx(bus->ring);
    }
    return reinterpret_cast<PyObject *>(guard);
}

} // namespace tickring::python
