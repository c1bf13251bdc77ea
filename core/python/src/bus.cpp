// SPDX-License-Identifier: Apache-2.0
#include "bus.hpp"

#include "errors.hpp"
#include "guard.hpp"
#include "sender.hpp"

namespace tickring::python {
namespace {

PyTypeObject *g_bus_type = nullptr;

template <class Function> PyCFunction as_method(Function *function) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyObject *bus_close(PyObject *self, PyObject *) {
    Bus *bus = as_bus(self);
    if (bus->closing) {
        Py_RETURN_NONE;
    }
    if (bus->open_guard && bus->open_guard->state == GuardState::kOpen) {
        bus->open_guard->kind->lose(bus->open_guard);
    }
    bus->closing = true;
    bus->received.payload = nullptr;
    if (bus->open_guard && bus->role == TICKRING_ROLE_PRODUCER) {
        tickring_flush(bus->ring); // the views may live long: what was committed is not kept back
    }
    close_when_unused(bus);
    Py_RETURN_NONE;
}

PyObject *bus_enter(PyObject *self, PyObject *) {
    return bus_is_usable(as_bus(self)) ? Py_NewRef(self) : nullptr;
}

PyObject *bus_exit(PyObject *self, PyObject *const *, Py_ssize_t) {
    return bus_close(self, nullptr);
}

void bus_dealloc(PyObject *self) {
    Bus *bus = as_bus(self);
    PyTypeObject *type = Py_TYPE(self);
    tickring_bus_close(bus->ring);
    PyBuffer_Release(&bus->trace_block);
    PyObject_Free(bus->spare_guard);
    PyObject_Free(self);
    Py_DECREF(type);
}

PyMethodDef g_methods[] = {
    {"send_zero_copy", as_method(bus_send_zero_copy), METH_FASTCALL | METH_KEYWORDS,
     "send_zero_copy($self, /, size, type_id=0)\n--\n\n"
     "Room for one message as a TxGuard; waits while the ring is full.\n\n"
     "size: 0 to max_payload_bytes. type_id: 0 to 2**32 - 1, passed through.\n"
     "Raises TooLarge, InvalidArgument (both ValueError), Timeout after send_timeout_s,\n"
     "PeerClosed, PeerDead, Corrupt, Forked, BadState (a message is open already, closed, no\n"
     "producer, another thread waits), BufferError (a view of an earlier message lives)."},
    {"try_send_zero_copy", as_method(bus_try_send_zero_copy), METH_FASTCALL | METH_KEYWORDS,
     "try_send_zero_copy($self, /, size, type_id=0)\n--\n\n"
     "The same, never waiting: raises Full when there is no room, like queue.put_nowait."},
    {"send", as_method(bus_send), METH_FASTCALL | METH_KEYWORDS,
     "send($self, /, data, type_id=0)\n--\n\n"
     "Copies data, which is bytes-like and contiguous, into one message and commits it; waits\n"
     "while the ring is full. Raises what send_zero_copy() raises, TypeError for what is not "
     "bytes-like."},
    {"sender", as_method(bus_sender), METH_FASTCALL | METH_KEYWORDS,
     "sender($self, /, format, type_id=0, stamp=None, clock='realtime')\n--\n\n"
     "A Sender: called with the values of one message, packs, sends and commits it; so does its\n"
     "method send, which takes the interpreter less.\n\n"
     "format: as for struct.Struct, with max_payload_bytes at most. type_id: 0 to 2**32 - 1, of\n"
     "the calls that do not give one. stamp: index of an integer field of 8 bytes that gets the\n"
     "time in ns just before each commit and is left out of the calls; None: no such field.\n"
     "clock: of the stamp, 'realtime' (time.time_ns) or 'monotonic' (time.monotonic_ns).\n"
     "Raises InvalidArgument (a format that struct refuses too, ...), TooLarge, TypeError,\n"
     "BadState (closed, no producer, another thread waits)."},
    {"send_many", as_method(bus_send_many), METH_FASTCALL | METH_KEYWORDS,
     "send_many($self, /, array, type_id=0, stamp=None, clock='realtime')\n--\n\n"
     "Sends each item along the first dimension of a NumPy array, or of another contiguous\n"
     "buffer, as one message; waits while the ring is full. Returns how many: all of them.\n\n"
     "type_id: one number, or an array of as many unsigned ints of 32 bits. stamp: the name of a\n"
     "field of 8-byte integers in a structured array, or an offset in bytes of a native one,\n"
     "that is written in the message (not in the array) just before its commit, on clock.\n"
     "Raises what send_zero_copy() raises; InvalidArgument also for an array that is not\n"
     "contiguous in C order. An error of the ring in the middle has sent_count, the messages\n"
     "that went out before it; what is refused for its arguments has sent none."},
    {"flush", bus_flush, METH_NOARGS,
     "flush($self, /)\n--\n\n"
     "Makes all that was committed visible to the consumer now. Nothing committed: does nothing.\n"
     "Raises BadState (closed, no producer, another thread waits), Forked."},
    {"recv", as_method(bus_recv), METH_FASTCALL | METH_KEYWORDS,
     "recv($self, /, timeout_s=None)\n--\n\n"
     "The next message as (type_id, bytes), waiting for it for timeout_s seconds: None waits for\n"
     "ever, 0 neither waits nor asks for the peer's health (peer_state() does).\n"
     "Raises Timeout (TimeoutError), PeerClosed and PeerDead (once everything published was\n"
     "received), Corrupt, Forked, InvalidArgument, BadState (closed, no consumer, another thread\n"
     "waits)."},
    {"recv_zero_copy", as_method(bus_recv_zero_copy), METH_FASTCALL | METH_KEYWORDS,
     "recv_zero_copy($self, /, timeout_s=None)\n--\n\n"
     "The next message as an RxGuard over its bytes in the ring; waits like recv().\n\n"
     "Raises what recv() raises, BadState also while a message is open, BufferError while a view\n"
     "of an earlier message lives; so does every other call that receives."},
    {"recv_into", as_method(bus_recv_into), METH_FASTCALL | METH_KEYWORDS,
     "recv_into($self, /, buffer, timeout_s=None)\n--\n\n"
     "Copies the next message to the start of a writable contiguous buffer and returns\n"
     "(type_id, size), size in bytes; waits like recv(). Raises what recv() raises,\n"
     "InvalidArgument (ValueError) when the buffer is too small, and the message then stays for\n"
     "the next call, or cannot be written to; TypeError for what is no buffer."},
    {"drain", as_method(bus_drain), METH_FASTCALL | METH_KEYWORDS,
     "drain($self, /, max_messages=None, timeout_s=0)\n--\n\n"
     "What has been published, as a list of (type_id, bytes): at most max_messages (0 or more),\n"
     "and at most about one full ring, so that it ends beside a producer that goes on. Waits\n"
     "timeout_s seconds for the first message, None for ever; an empty list when none came.\n"
     "Raises what recv() raises but Timeout, and only while it has nothing to return."},
    {"drain_into", as_method(bus_drain_into), METH_FASTCALL | METH_KEYWORDS,
     "drain_into($self, /, array, type_ids=None, timeout_s=0)\n--\n\n"
     "Copies messages of one size into the items of a writable contiguous array, and their types\n"
     "into type_ids, if given, an array of as many unsigned ints of 32 bits. Returns how many: as\n"
     "many as have been published and fit, 0 when none came within timeout_s seconds (None: for\n"
     "ever).\n\n"
     "A message of another size than an item ends it and stays for the next call, which raises\n"
     "InvalidArgument when it is the first. Raises what recv() raises but Timeout, and only while\n"
     "it has nothing to return."},
    {"drain_array", as_method(bus_drain_array), METH_FASTCALL | METH_KEYWORDS,
     "drain_array($self, /, dtype, max_messages=None, timeout_s=0)\n--\n\n"
     "The same into new NumPy arrays: (type_ids, messages), both of one length, of uint32 and of\n"
     "dtype. At most max_messages (0 or more), and at most one full ring.\n"
     "Raises what drain_into() raises, ImportError without NumPy, TypeError for what is no dtype."},
    {"stats", bus_stats, METH_NOARGS,
     "stats($self, /)\n--\n\n"
     "Counters of this end since it was connected, as a dict: messages_count, payload_bytes,\n"
     "publications_count, full_count (sends that found no room at first), sleeps_count,\n"
     "sleep_timeouts_count, late_wakes_count, wakes_count, liveness_looks_count.\n"
     "Raises BadState (closed, another thread waits), Forked."},
    {"trace", as_method(bus_trace), METH_FASTCALL | METH_KEYWORDS,
     "trace($self, /, block, messages, clock='realtime', gap_ns=5000)\n--\n\n"
     "Notes from now on, in a writable buffer that the bus keeps until it is closed, when each\n"
     "message is committed and published, or seen, and what held it up; tickring/trace.h tells "
     "how\n"
     "the block is laid out and what gap_ns does.\n\n"
     "block: of 8-byte aligned memory, at least 64 bytes and 16 for each of the messages that it\n"
     "has room for; the rest is for events of 48 bytes. clock: 'realtime' or 'monotonic'.\n"
     "gap_ns: 1 or more. Raises InvalidArgument, TypeError, BufferError (a block that cannot be\n"
     "written to), BadState (closed, another thread waits), Forked."},
    {"trace_alternate", as_method(bus_trace_alternate), METH_FASTCALL | METH_KEYWORDS,
     "trace_alternate($self, /, stretch_messages)\n--\n\n"
     "Right after trace(): notes the messages of every other stretch only, so that a run tells by\n"
     "itself what the trace adds.\n\n"
     "stretch_messages: length of a stretch, 1 or more. Raises BadState (not traced, or messages\n"
     "were noted; closed, another thread waits), InvalidArgument, TypeError, Forked."},
    {"trace_event", as_method(bus_trace_event), METH_FASTCALL | METH_KEYWORDS,
     "trace_event($self, /, kind, from_ns, to_ns)\n--\n\n"
     "Adds to the trace what the caller knows of: kind is one of enum tickring_trace_kind, 16 for "
     "a\n"
     "collection of garbage, from_ns and to_ns are times on the clock of the trace.\n"
     "Raises BadState (not traced, closed, another thread waits), InvalidArgument, TypeError,\n"
     "Forked."},
    {"peer_state", bus_peer_state, METH_NOARGS,
     "peer_state($self, /)\n--\n\n"
     "Asks the kernel for the peer: 'alive', 'closed' or 'dead'.\n"
     "Raises BadState (closed, another thread waits), Forked."},
    {"close", bus_close, METH_NOARGS,
     "close($self, /)\n--\n\n"
     "Publishes what was committed, ends the stream and gives the memory back. An open message\n"
     "is rolled back. Again: does nothing. While a view of a message lives, or a thread waits\n"
     "in the bus, the memory stays and the peer learns of the end only when that is over (the\n"
     "thread gets BadState within 50 ms). Raises nothing."},
    {"__enter__", bus_enter, METH_NOARGS, nullptr},
    {"__exit__", as_method(bus_exit), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

const char kDoc[] =
    "One end of a ring in shared memory, made by Bus.listen() or Bus.connect().\n\n"
    "A context manager that closes, and on the consuming side an iterator over\n"
    "(type_id, bytes) that ends when the producer has closed. One thread at a time may use it.";

PyType_Slot g_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(bus_dealloc)},
    {Py_tp_repr, reinterpret_cast<void *>(bus_repr)},
    {Py_tp_iter, reinterpret_cast<void *>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void *>(bus_iternext)},
    {Py_tp_methods, g_methods},
    {Py_tp_getset, bus_attributes()},
    {Py_tp_doc, const_cast<char *>(kDoc)},
    {0, nullptr},
};

PyType_Spec g_spec = {"tickring.Bus", sizeof(Bus), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, g_slots};

} // namespace

bool add_bus_type(PyObject *module) {
    g_bus_type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    return g_bus_type && intern_send_names() && intern_send_many_names() &&
           intern_receive_names() && intern_drain_names() && intern_trace_names() &&
           PyModule_AddType(module, g_bus_type) == 0;
}

PyTypeObject *bus_type() { return g_bus_type; }

PyObject *make_bus(tickring_bus_t *ring, const BusSettings &settings) {
    Bus *bus = PyObject_New(Bus, g_bus_type);
    if (!bus) {
        tickring_bus_close(ring);
        return nullptr;
    }
    bus->ring = ring;
    bus->open_guard = nullptr;
    bus->spare_guard = nullptr;
    bus->max_payload_bytes = tickring_max_payload_bytes(ring);
    bus->capacity_bytes = tickring_capacity_bytes(ring);
    bus->full_count = 0;
    bus->send_timeout_ns = settings.send_timeout_ns;
    bus->publish_every = settings.options.publish_every;
    bus->role = settings.options.role;
    bus->busy = false;
    bus->closing = false;
    bus->received = {};
    bus->trace_block = {};
    bus->run_position = UINT32_MAX;
    return reinterpret_cast<PyObject *>(bus);
}

bool refuse_use(const Bus *bus) {
    if (bus->closing || bus->busy) {
        raise_error(TICKRING_BAD_STATE,
                    bus->closing ? "the bus is closed" : "another thread waits in this bus");
    } else if (bus->open_guard->state == GuardState::kOpen) {
        raise_error(TICKRING_BAD_STATE, "a message is open already; leave its with block first");
    } else {
        PyErr_SetString(PyExc_BufferError, "a view of an earlier message still lives; release it "
                                           "before the next message");
    }
    return false;
}

bool bus_is_ours(const Bus *bus) {
    if (tickring_capacity_bytes(bus->ring) != 0) [[likely]] {
        return true;
    }
    raise_last_error();
    return false;
}

void close_when_unused(Bus *bus) {
    if (bus->closing && !bus->busy && !bus->open_guard) {
        tickring_bus_close(bus->ring);
        PyBuffer_Release(&bus->trace_block);
        bus->ring = nullptr;
    }
}

} // namespace tickring::python
