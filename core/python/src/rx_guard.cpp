// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include <Python.h>
#include <structmember.h>

#include "errors.hpp"
#include "guard.hpp"

namespace tickring::python {
namespace {

PyTypeObject *g_guard_type = nullptr;

// Gives the message back to the producer once it is over and no view of it lives. 0, or the code of
// tickring_commit_rx().
int release(Guard *guard) {
    if (guard->bus->open_guard != guard || !is_unused(guard)) {
        return TICKRING_OK;
    }
    const int code = tickring_commit_rx(guard->bus->ring);
    leave_bus(guard);
    return code;
}

int end_message(Guard *guard, GuardState state) {
    guard->state = state;
    return release(guard);
}

void lose(Guard *guard) { end_message(guard, GuardState::kLost); }

// The message is received whether the block raised or not.
PyObject *leave(Guard *guard, bool raised) {
    if (guard->state != GuardState::kOpen) {
        Py_RETURN_NONE;
    }
    const int code = end_message(guard, GuardState::kDone);
    if (raised) {
        Py_RETURN_NONE;
    }
    if (guard->view_count > 0) {
        PyErr_SetString(PyExc_BufferError,
                        "a view of the message still lives at the end of its with block; the "
                        "message is given back when that view is released");
        return nullptr;
    }
    if (code != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

const GuardKind kKind = {"tickring.RxGuard", "the message was given back already",
                         "the bus was closed while the message was open", leave, lose};

int guard_get_buffer(PyObject *self, Py_buffer *view, int flags) {
    return fill_view(as_guard(self), view, flags, true);
}

void guard_release_buffer(PyObject *self, Py_buffer *) {
    --as_guard(self)->view_count;
    release(as_guard(self));
}

PyObject *get_run_position(PyObject *self, void *) {
    return PyLong_FromUnsignedLong(as_guard(self)->run_position);
}

void guard_dealloc(PyObject *self) {
    Guard *guard = as_guard(self);
    if (guard->state == GuardState::kOpen) {
        end_message(guard, GuardState::kDone);
    }
    free_guard(guard);
}

PyGetSetDef g_attributes[] = {
    {"size", get_size, nullptr, "Bytes of the message.", nullptr},
    {"type_id", get_type_id, nullptr, "The type that the message was sent with.", nullptr},
    {"run_position", get_run_position, nullptr,
     "How many messages of the same publication came before this one, 0 or more.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

const char kDoc[] =
    "One message being read, made by Bus.recv_zero_copy().\n\n"
    "Has the buffer protocol: memoryview(guard) is a read-only view of `size` bytes in the ring.\n"
    "The end of its with block gives the message back to the producer, whether the block raised\n"
    "or not; so does dropping the guard. A view that still lives at the end of the block raises\n"
    "BufferError there and keeps the message; it is given back when the last view is released,\n"
    "and until then the next receive raises BufferError. The attributes stay readable.\n\n"
    "When the bus is closed the views stay valid, new ones raise BufferError, and the memory is\n"
    "given back with the last one. A forked child has no view: memoryview(guard) raises Forked\n"
    "there, and a view made before the fork must not be touched (its memory is not mapped:\n"
    "SIGSEGV, or other memory mapped there since), only dropped. The thread that uses the bus may\n"
    "use it.";

PyMemberDef g_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Guard, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
    {Py_tp_members, g_members},
    {Py_tp_dealloc, reinterpret_cast<void *>(guard_dealloc)},
    {Py_tp_getset, g_attributes},
    {Py_tp_doc, const_cast<char *>(kDoc)},
    {Py_bf_getbuffer, reinterpret_cast<void *>(guard_get_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void *>(guard_release_buffer)},
    {0, nullptr},
};

PyType_Spec g_spec = {
    kKind.type_name, sizeof(Guard), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL, g_slots};

} // namespace

bool add_rx_guard_type(PyObject *module) {
    g_guard_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    return g_guard_type && add_with_methods(g_guard_type) &&
           PyModule_AddType(module, g_guard_type) == 0;
}

PyObject *make_rx_guard(Bus *bus) {
    Received &message = bus->received;
    Guard *guard = new_guard(bus, g_guard_type, kKind, const_cast<void *>(message.payload),
                             message.payload_bytes, message.type_id);
    if (guard) {
        bus->run_position = tickring_rx_run_position(bus->ring);
        guard->run_position = bus->run_position;
        message.payload = nullptr;
    }
    return reinterpret_cast<PyObject *>(guard);
}

} // namespace tickring::python
