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

struct Received {
    const void *payload; // nullptr for none
    std::size_t payload_bytes;
    std::uint32_t type_id;
};

struct Bus {
    PyObject_HEAD tickring_bus_t *ring; // nullptr once it is closed
    Guard *open_guard;                  // has the acquired message, or a view of one that is over
    Guard *spare_guard;                 // memory of a dead guard, used again for the next message
    std::uint64_t max_payload_bytes;
    std::uint64_t capacity_bytes;
    std::uint64_t full_count; // sends that found no room at first
    std::int64_t send_timeout_ns;
    std::uint32_t publish_every;
    std::uint32_t role;
    bool busy;                  // a thread waits inside the ring, without the GIL
    bool closing;               // close() was called while a thread waited or a view lived
    Received received;          // acquired and not yet handed over
    Py_buffer trace_block;      // in use by the ring while it is traced; obj is nullptr else
    std::uint32_t run_position; // of the last message handed over; UINT32_MAX for none
};

// False with an exception set.
bool add_bus_type(PyObject *module);
PyTypeObject *bus_type();

// What Bus.listen() and Bus.connect() were asked for; options.role is never the default here.
struct BusSettings {
    tickring_options_t options;
    std::int64_t send_timeout_ns; // -1: for ever
};

// Takes over the ring. nullptr with an exception set; the ring is closed then.
PyObject *make_bus(tickring_bus_t *ring, const BusSettings &settings);

// Sets the exception of the first that holds: not usable, not free. False.
bool refuse_use(const Bus *bus);

// Sets an exception and answers false when the bus is closed or another thread waits in it.
inline bool bus_is_usable(const Bus *bus) {
    return (!bus->closing && !bus->busy) || refuse_use(bus);
}

// The same, and when a message is open or a view of an earlier one lives.
inline bool bus_is_free(const Bus *bus) {
    return (!bus->closing && !bus->busy && !bus->open_guard) || refuse_use(bus);
}

// Sets an exception and answers false in a forked child, where the ring is not mapped.
bool bus_is_ours(const Bus *bus);

// Really closes a bus that was asked to close, once no thread and no view uses it.
void close_when_unused(Bus *bus);

// Room for size_bytes; waits when asked to. nullptr with an exception set.
void *acquire_room(Bus *bus, std::uint64_t size_bytes, bool wait);

inline Bus *as_bus(PyObject *self) { return reinterpret_cast<Bus *>(self); }

// What Bus tells of itself (bus_state.cpp).
PyObject *bus_stats(PyObject *self, PyObject *unused);
PyObject *bus_peer_state(PyObject *self, PyObject *unused);
PyObject *bus_repr(PyObject *self);
PyGetSetDef *bus_attributes();

// Methods and slots of Bus that receive (receive.cpp).
PyObject *bus_recv(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_recv_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_recv_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names);
PyObject *bus_drain(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_iternext(PyObject *self);
bool intern_receive_names();

// Methods of Bus that move arrays of messages (send_many.cpp, drain_array.cpp).
PyObject *bus_send_many(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_drain_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_drain_array(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
bool intern_send_many_names();
bool intern_drain_names();

// Methods of Bus that trace (trace.cpp).
PyObject *bus_trace(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_trace_alternate(PyObject *self, PyObject *const *args, Py_ssize_t count,
                              PyObject *names);
PyObject *bus_trace_event(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
bool intern_trace_names();

// Methods of Bus that send (send.cpp).
PyObject *bus_send(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *bus_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                             PyObject *names);
PyObject *bus_try_send_zero_copy(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names);
PyObject *bus_flush(PyObject *self, PyObject *unused);
bool intern_send_names();

} // namespace tickring::python
