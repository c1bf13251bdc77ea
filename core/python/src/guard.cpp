// SPDX-License-Identifier: Apache-2.0
#include "guard.hpp"

#include "errors.hpp"

namespace tickring::python {

Guard *new_guard(Bus *bus, PyTypeObject *type, const GuardKind &kind, void *payload,
                 std::size_t size_bytes, std::uint32_t type_id) {
    void *memory = bus->spare_guard ? bus->spare_guard : PyObject_Malloc(sizeof(Guard));
    if (!memory) {
        PyErr_NoMemory();
        return nullptr;
    }
    bus->spare_guard = nullptr;
    Guard *guard = as_guard(PyObject_Init(static_cast<PyObject *>(memory), type));
    Py_INCREF(reinterpret_cast<PyObject *>(bus));
    guard->bus = bus;
    guard->kind = &kind;
    guard->payload = payload;
    guard->size_bytes = size_bytes;
    guard->actual_size_bytes = size_bytes;
    guard->run_position = UINT32_MAX;
    guard->type_id = type_id;
    guard->state = GuardState::kOpen;
    guard->view_count = 0;
    guard->vectorcall = call_guard;
    bus->open_guard = guard;
    return guard;
}

void free_guard(Guard *guard) {
    Bus *bus = guard->bus;
    PyTypeObject *type = Py_TYPE(reinterpret_cast<PyObject *>(guard));
    if (bus->spare_guard) {
        PyObject_Free(guard);
    } else {
        bus->spare_guard = guard;
    }
    Py_DECREF(reinterpret_cast<PyObject *>(bus));
    Py_DECREF(type);
}

bool refuse_ended(const Guard *guard) {
    switch (guard->state) {
    case GuardState::kDone:
        raise_error(TICKRING_BAD_STATE, "%s", guard->kind->done_text);
        return false;
    case GuardState::kRolledBack:
        raise_error(TICKRING_BAD_STATE, "the message was rolled back");
        return false;
    default:
        raise_error(TICKRING_BAD_STATE, "%s", guard->kind->lost_text);
        return false;
    }
}

int fill_view(Guard *guard, Py_buffer *view, int flags, bool readonly) {
    view->obj = nullptr;
    if (guard->state != GuardState::kOpen) {
        PyErr_SetString(PyExc_BufferError, "the message is not open any more");
        return -1;
    }
    if (!bus_is_ours(guard->bus) ||
        PyBuffer_FillInfo(view, reinterpret_cast<PyObject *>(guard), guard->payload,
                          static_cast<Py_ssize_t>(guard->size_bytes), readonly, flags) < 0) {
        return -1;
    }
    ++guard->view_count;
    return 0;
}

PyObject *get_size(PyObject *self, void *) { return PyLong_FromSize_t(as_guard(self)->size_bytes); }

PyObject *get_type_id(PyObject *self, void *) {
    return PyLong_FromUnsignedLong(as_guard(self)->type_id);
}

} // namespace tickring::python
