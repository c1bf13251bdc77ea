// SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include <Python.h>
#include <structmember.h>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"

namespace tickring::python {
namespace {

PyTypeObject *g_guard_type = nullptr;

Guard *as_guard(PyObject *self) { return reinterpret_cast<Guard *>(self); }

// The bus may send again once neither the message nor a view of it is in use.
void leave_bus(Guard *guard) {
    if (guard->bus->open_guard == guard && guard->view_count == 0) {
        guard->bus->open_guard = nullptr;
        close_when_unused(guard->bus);
    }
}

PyObject *guard_rollback(PyObject *self, PyObject *) {
    Guard *guard = as_guard(self);
    if (guard->state == GuardState::kRolledBack) {
        Py_RETURN_NONE;
    }
    if (!require_open(guard)) {
        return nullptr;
    }
    if (roll_back(guard) != TICKRING_OK) {
        return raise_last_error();
    }
    Py_RETURN_NONE;
}

int guard_get_buffer(PyObject *self, Py_buffer *view, int flags) {
    Guard *guard = as_guard(self);
    if (guard->state != GuardState::kOpen) {
        view->obj = nullptr;
        PyErr_SetString(PyExc_BufferError, "the message is not open any more");
        return -1;
    }
    if (PyBuffer_FillInfo(view, self, guard->payload, static_cast<Py_ssize_t>(guard->size_bytes), 0,
                          flags) < 0) {
        return -1;
    }
    ++guard->view_count;
    return 0;
}

void guard_release_buffer(PyObject *self, Py_buffer *) {
    Guard *guard = as_guard(self);
    --guard->view_count;
    if (guard->state != GuardState::kOpen) {
        leave_bus(guard);
    }
}

PyObject *get_size(PyObject *self, void *) { return PyLong_FromSize_t(as_guard(self)->size_bytes); }

PyObject *get_type_id(PyObject *self, void *) {
    return PyLong_FromUnsignedLong(as_guard(self)->type_id);
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

// Keeps the memory for the next message of the bus: sending allocates nothing.
void guard_dealloc(PyObject *self) {
    Guard *guard = as_guard(self);
    if (guard->state == GuardState::kOpen) {
        roll_back(guard);
    }
    Bus *bus = guard->bus;
    if (bus->spare_guard) {
        PyObject_Free(self);
    } else {
        bus->spare_guard = guard;
    }
    Py_DECREF(reinterpret_cast<PyObject *>(bus));
    Py_DECREF(g_guard_type);
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
    "the next message raises BufferError too until that view is released.";

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
    {Py_tp_doc, const_cast<char *>(kDoc)},
    {Py_bf_getbuffer, reinterpret_cast<void *>(guard_get_buffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void *>(guard_release_buffer)},
    {0, nullptr},
};

PyType_Spec g_spec = {
    "tickring.TxGuard", sizeof(Guard), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_VECTORCALL, g_slots};

} // namespace

bool add_guard_type(PyObject *module) {
    g_guard_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    return g_guard_type && add_with_methods(g_guard_type) &&
           PyModule_AddType(module, g_guard_type) == 0;
}

PyObject *make_guard(Bus *bus, void *payload, std::size_t size_bytes, std::uint32_t type_id) {
    void *memory = bus->spare_guard ? bus->spare_guard : PyObject_Malloc(sizeof(Guard));
    if (!memory) {
        tickring_rollback_tx(bus->ring);
        return PyErr_NoMemory();
    }
    bus->spare_guard = nullptr;
    auto *guard =
        reinterpret_cast<Guard *>(PyObject_Init(static_cast<PyObject *>(memory), g_guard_type));
    Py_INCREF(reinterpret_cast<PyObject *>(bus));
    guard->bus = bus;
    guard->payload = payload;
    guard->size_bytes = size_bytes;
    guard->actual_size_bytes = size_bytes;
    guard->type_id = type_id;
    guard->state = GuardState::kOpen;
    guard->view_count = 0;
    guard->vectorcall = call_guard;
    bus->open_guard = guard;
    return reinterpret_cast<PyObject *>(guard);
}

bool require_open(const Guard *guard) {
    if (guard->state == GuardState::kOpen) {
        return true;
    }
    raise_error(TICKRING_BAD_STATE,
                guard->state == GuardState::kCommitted    ? "the message is committed already"
                : guard->state == GuardState::kRolledBack ? "the message was rolled back"
                                                          : "the bus was closed while the message "
                                                            "was open; the message is lost");
    return false;
}

int roll_back(Guard *guard) {
    const int code = tickring_rollback_tx(guard->bus->ring);
    end_message(guard, GuardState::kRolledBack);
    return code;
}

void end_message(Guard *guard, GuardState state) {
    guard->payload = nullptr;
    guard->state = state;
    leave_bus(guard);
}

} // namespace tickring::python
