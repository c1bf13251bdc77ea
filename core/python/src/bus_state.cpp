// SPDX-License-Identifier: Apache-2.0
// What a bus tells of itself.
#include "bus.hpp"
#include "errors.hpp"

namespace tickring::python {
namespace {

const char *role_name(const Bus *bus) {
    return bus->role == TICKRING_ROLE_PRODUCER ? "producer" : "consumer";
}

PyObject *get_itself(PyObject *self, void *) { return Py_NewRef(self); }
PyObject *get_closed(PyObject *self, void *) { return PyBool_FromLong(as_bus(self)->closing); }
PyObject *get_role(PyObject *self, void *) { return PyUnicode_FromString(role_name(as_bus(self))); }

PyObject *get_publish_every(PyObject *self, void *) {
    return PyLong_FromUnsignedLong(as_bus(self)->publish_every);
}

PyObject *get_run_position(PyObject *self, void *) {
    const std::uint32_t position = as_bus(self)->run_position;
    return position == UINT32_MAX ? Py_NewRef(Py_None) : PyLong_FromUnsignedLong(position);
}

PyObject *get_capacity(PyObject *self, void *) {
    return PyLong_FromUnsignedLongLong(as_bus(self)->capacity_bytes);
}

PyObject *get_max_payload(PyObject *self, void *) {
    return PyLong_FromUnsignedLongLong(as_bus(self)->max_payload_bytes);
}

PyGetSetDef g_attributes[] = {
    {"_bus", get_itself, nullptr, "The bus itself, for code that calls bus._bus.flush().", nullptr},
    {"closed", get_closed, nullptr, "True once close() was called.", nullptr},
    {"role", get_role, nullptr, "'producer' or 'consumer'.", nullptr},
    {"publish_every", get_publish_every, nullptr,
     "A producer publishes by itself every so many messages; 1 or more.", nullptr},
    {"run_position", get_run_position, nullptr,
     "How many messages of the same publication came before the last one received, 0 or more;\n"
     "None before the first, and on a producer.",
     nullptr},
    {"capacity_bytes", get_capacity, nullptr, "Size of the ring in bytes.", nullptr},
    {"max_payload_bytes", get_max_payload, nullptr, "The largest message in bytes.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

} // namespace

PyObject *bus_stats(PyObject *self, PyObject *) {
    Bus *bus = as_bus(self);
    tickring_stats_t stats = {};
    stats.struct_bytes = sizeof stats;
    if (!bus_is_usable(bus)) {
        return nullptr;
    }
    if (tickring_stats(bus->ring, &stats) != TICKRING_OK) {
        return raise_last_error();
    }
    using Count = unsigned long long;
    return Py_BuildValue(
        "{sK sK sK sK sK sK sK sK sK}", "messages_count", Count{stats.messages_count},
        "payload_bytes", Count{stats.payload_bytes}, "publications_count",
        Count{stats.publications_count}, "full_count", Count{bus->full_count}, "sleeps_count",
        Count{stats.sleeps_count}, "sleep_timeouts_count", Count{stats.sleep_timeouts_count},
        "late_wakes_count", Count{stats.late_wakes_count}, "wakes_count", Count{stats.wakes_count},
        "liveness_looks_count", Count{stats.liveness_looks_count});
}

PyObject *bus_peer_state(PyObject *self, PyObject *) {
    Bus *bus = as_bus(self);
    if (!bus_is_usable(bus)) {
        return nullptr;
    }
    switch (tickring_peer_state(bus->ring)) {
    case TICKRING_PEER_STATE_ALIVE:
        return PyUnicode_InternFromString("alive");
    case TICKRING_PEER_STATE_CLOSED:
        return PyUnicode_InternFromString("closed");
    case TICKRING_PEER_STATE_DEAD:
        return PyUnicode_InternFromString("dead");
    default:
        return raise_last_error();
    }
}

PyObject *bus_repr(PyObject *self) {
    const Bus *bus = as_bus(self);
    return PyUnicode_FromFormat("<tickring.Bus %s, %llu bytes, %s>", role_name(bus),
                                static_cast<unsigned long long>(bus->capacity_bytes),
                                bus->closing ? "closed" : "open");
}

PyGetSetDef *bus_attributes() { return g_attributes; }

} // namespace tickring::python
