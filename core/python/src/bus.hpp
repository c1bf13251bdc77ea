// SPDX-License-Identifier: Apache-2.0
// The Python objects of one end of a bus, and who keeps whom alive.
//
//   view (memoryview, array, ...) -> Guard -> Bus -> tickring_bus_t
//
// References go one way only. The bus knows the guard whose memory is in use by a plain pointer,
// which the guard clears when it lets go; so there is no cycle and no garbage to collect, and the
// mapping outlives every view.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

#include <tickring/tickring.h>

namespace tickring::python {

struct Guard;

struct Bus {
    PyObject_HEAD tickring_bus_t *ring; // nullptr once it is closed
    Guard *open_guard;  // has the acquired message, or a view of one that was rolled back
    Guard *spare_guard; // memory of a dead guard, used again for the next message
    std::uint64_t max_payload_bytes;
    std::uint64_t capacity_bytes;
    std::uint64_t full_count; // sends that found no room at first
    std::int64_t send_timeout_ns;
    std::uint32_t publish_every;
    std::uint32_t role;
    bool busy;    // a thread waits inside the ring, without the GIL
    bool closing; // close() was called while a thread waited or a view lived
    struct {
        const void *payload; // a message acquired and not yet handed over; nullptr for none
        std::size_t payload_bytes;
        std::uint32_t type_id;
    } received;
};

enum class GuardState : std::uint8_t {
    kOpen,
    kCommitted,
    kRolledBack,
    kLost, // the bus was closed while the message was open
};

// A message being written. Acquired when it is made, gone when it is committed or rolled back.
struct Guard {
    PyObject_HEAD Bus *bus; // owned
    void *payload;
    std::size_t size_bytes;
    std::size_t actual_size_bytes;
    std::uint32_t type_id;
    GuardState state;
    Py_ssize_t view_count;
    vectorcallfunc vectorcall; // call_guard()
};

// Bus and Guard types; false with an exception set.
bool add_bus_type(PyObject *module);
bool add_guard_type(PyObject *module);
PyTypeObject *bus_type();

// What Bus.listen() and Bus.connect() were asked for; options.role is never the default here.
struct BusSettings {
    tickring_options_t options;
    std::int64_t send_timeout_ns; // -1: for ever
};

// Takes over the ring. nullptr with an exception set; the ring is closed then.
PyObject *make_bus(tickring_bus_t *ring, const BusSettings &settings);

// Sets an exception and answers false when the bus is closed or another thread waits in it.
bool bus_is_usable(const Bus *bus);

// Really closes a bus that was asked to close, once no thread and no view uses it.
void close_when_unused(Bus *bus);

// Room for size_bytes; waits when asked to. nullptr with an exception set.
void *acquire_room(Bus *bus, std::uint64_t size_bytes, bool wait);

// A guard over room just acquired, which it takes over. nullptr with an exception set.
PyObject *make_guard(Bus *bus, void *payload, std::size_t size_bytes, std::uint32_t type_id);

// Ends the message of a guard, which is open. Views may live on; the bus stays occupied then.
void end_message(Guard *guard, GuardState state);

// Gives it back to the ring: 0, or the code of tickring_rollback_tx(); it is ended either way.
int roll_back(Guard *guard);

// False with BadState set when the message is not open any more.
bool require_open(const Guard *guard);

// __enter__() and __exit__(type, value, traceback) of a guard (with_block.cpp).
PyObject *call_guard(PyObject *self, PyObject *const *args, std::size_t count, PyObject *names);
bool add_with_methods(PyTypeObject *guard_type);

// Methods and slots of Bus that receive (receive.cpp).
PyObject *bus_recv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_iternext(PyObject *self);
bool intern_receive_names();

// Methods of Bus that send (send.cpp).
PyObject *bus_send(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names);
PyObject *bus_try_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names);
PyObject *bus_flush(PyObject *self, PyObject *unused);
bool intern_send_names();

} // namespace tickring::python
