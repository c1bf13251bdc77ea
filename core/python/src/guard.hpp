// SPDX-License-Identifier: Apache-2.0
// What the guard of a message being written and that of one being read have in common.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

#include "bus.hpp"

namespace tickring::python {

enum class GuardState : std::uint8_t {
    kOpen,
    kDone, // committed by the producer, given back by the consumer
    kRolledBack,
    kLost, // the bus was closed while the message was open
};

// What differs between the two.
struct GuardKind {
    const char *type_name;
    const char *done_text; // of the error of one that is kDone, and so on
    const char *lost_text;
    PyObject *(*leave)(Guard *guard, bool raised); // the end of the with block
    void (*lose)(Guard *guard);                    // the bus is closed while the message is open
};

// Acquired when it is made, over when its state is not kOpen any more.
struct Guard {
    PyObject_HEAD Bus *bus; // owned
    const GuardKind *kind;
    void *payload;
    std::size_t size_bytes;
    std::size_t actual_size_bytes; // TxGuard
    std::uint32_t run_position;    // RxGuard
    std::uint32_t type_id;
    GuardState state;
    Py_ssize_t view_count;
    vectorcallfunc vectorcall; // call_guard()
};

inline Guard *as_guard(PyObject *self) { return reinterpret_cast<Guard *>(self); }

// An open guard that occupies its bus. nullptr with MemoryError set.
Guard *new_guard(Bus *bus, PyTypeObject *type, const GuardKind &kind, void *payload,
                 std::size_t size_bytes, std::uint32_t type_id);

// The end of a tp_dealloc; the memory serves the next message of the bus: no allocation for each.
void free_guard(Guard *guard);

// False with BadState set when the message is not open any more.
bool refuse_ended(const Guard *guard);
inline bool require_open(const Guard *guard) {
    return guard->state == GuardState::kOpen || refuse_ended(guard);
}

// For bf_getbuffer: a view of the whole payload.
int fill_view(Guard *guard, Py_buffer *view, int flags, bool readonly);

// True once the message is over and no view of it lives; the bus is free for the next one then.
inline bool is_unused(const Guard *guard) {
    return guard->state != GuardState::kOpen && guard->view_count == 0;
}
inline void leave_bus(Guard *guard) {
    if (guard->bus->open_guard == guard && is_unused(guard)) {
        guard->bus->open_guard = nullptr;
        if (guard->bus->closing) [[unlikely]] {
            close_when_unused(guard->bus);
        }
    }
}

PyObject *get_size(PyObject *self, void *);
PyObject *get_type_id(PyObject *self, void *);

// __enter__() and __exit__(type, value, traceback) of a guard (with_block.cpp).
PyObject *call_guard(PyObject *self, PyObject *const *args, std::size_t count, PyObject *names);
bool add_with_methods(PyTypeObject *guard_type);

// To be called once each. False with an exception set.
bool add_tx_guard_type(PyObject *module);
bool add_rx_guard_type(PyObject *module);

// A guard over room just acquired, which it takes over. nullptr with an exception set.
PyObject *make_tx_guard(Bus *bus, void *payload, std::size_t size_bytes, std::uint32_t type_id);

// A guard over the message in bus->received, which it takes over. nullptr with MemoryError set; the
// message stays.
PyObject *make_rx_guard(Bus *bus);

} // namespace tickring::python
