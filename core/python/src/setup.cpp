// SPDX-License-Identifier: Apache-2.0
#include "setup.hpp"

#include <algorithm>
#include <string_view>

#include "arguments.hpp"
#include "bus.hpp"
#include "errors.hpp"
#include "waiting.hpp"

namespace py = pybind11;
using namespace py::literals;

namespace tickring::python {
namespace {

constexpr std::uint64_t kMaxCapacityBytes = std::uint64_t{1} << 31;

constexpr std::int64_t kNever = INT64_MAX;

// What both ways to set up a bus take.
struct Wishes {
    py::object role, wait, publish_every, spin_threshold;
    py::object arrival_timeout_s, handshake_timeout_s, send_timeout_s;
};

void check(bool good) {
    if (!good) {
        throw py::error_already_set();
    }
}

py::object encoded_path(const py::object &path) {
    PyObject *bytes = nullptr;
    check(PyUnicode_FSConverter(path.ptr(), &bytes) != 0);
    return py::reinterpret_steal<py::object>(bytes);
}

struct Choice {
    const char *name;
    std::uint32_t value;
};

template <std::size_t count>
std::uint32_t choose(const py::object &value, const char *name, const Choice (&choices)[count],
                     const char *allowed) {
    if (!py::isinstance<py::str>(value)) {
        throw py::type_error(std::string(name) + " must be a str");
    }
    for (const Choice &choice : choices) {
        if (PyUnicode_CompareWithASCIIString(value.ptr(), choice.name) == 0) {
            return choice.value;
        }
    }
    raise_error(TICKRING_INVALID_ARGUMENT, "%s is %R; allowed are %s", name, value.ptr(), allowed);
    throw py::error_already_set();
}

void read_timeout(const py::object &seconds, const char *name, std::int64_t *out) {
    if (!seconds.is_none()) {
        check(as_timeout_ns(seconds.ptr(), name, out));
    }
}

BusSettings read_settings(const Wishes &wishes, std::uint32_t default_role,
                          std::int64_t default_arrival_timeout_ns) {
    static constexpr Choice kRoles[] = {{"producer", TICKRING_ROLE_PRODUCER},
                                        {"consumer", TICKRING_ROLE_CONSUMER}};
    static constexpr Choice kWaits[] = {{"spin", TICKRING_WAIT_SPIN},
                                        {"hybrid", TICKRING_WAIT_HYBRID},
                                        {"park", TICKRING_WAIT_PARK}};
    BusSettings settings = {};
    tickring_options_t &options = settings.options;
    tickring_options_init(&options);
    options.role = wishes.role.is_none()
                       ? default_role
                       : choose(wishes.role, "role", kRoles, "'producer', 'consumer' and None");
    options.wait = choose(wishes.wait, "wait", kWaits, "'spin', 'hybrid' and 'park'");
    check(as_uint32(wishes.publish_every.ptr(), "publish_every", &options.publish_every));
    check(as_uint32(wishes.spin_threshold.ptr(), "spin_threshold", &options.spin_threshold));
    options.arrival_timeout_ns = default_arrival_timeout_ns;
    read_timeout(wishes.arrival_timeout_s, "arrival_timeout_s", &options.arrival_timeout_ns);
    check(as_timeout_ns(wishes.handshake_timeout_s.ptr(), "handshake_timeout_s",
                        &options.handshake_timeout_ns));
    settings.send_timeout_ns = -1;
    read_timeout(wishes.send_timeout_s, "send_timeout_s", &settings.send_timeout_ns);
    return settings;
}

// Calls set_up(options, &ring) without the GIL until the arrival timeout is over: again after a
// signal whose handler raised nothing, and, where trying again does no harm, in slices, since a
// signal that comes just before a sleep does not end it.
template <class SetUp>
py::object make(const BusSettings &settings, std::int64_t slice_ns, SetUp set_up) {
    tickring_options_t options = settings.options;
    const std::int64_t timeout_ns = settings.options.arrival_timeout_ns;
    const std::int64_t deadline_ns = timeout_ns < 0 ? kNever : monotonic_ns() + timeout_ns;
    tickring_bus_t *ring = nullptr;
    for (;;) {
        const std::int64_t left_ns = std::max<std::int64_t>(deadline_ns - monotonic_ns(), 0);
        const std::int64_t wait_ns = std::min(timeout_ns < 0 ? kNever : left_ns, slice_ns);
        options.arrival_timeout_ns = wait_ns == kNever ? -1 : wait_ns;
        int code = TICKRING_OK;
        Py_BEGIN_ALLOW_THREADS;
        code = set_up(&options, &ring);
        Py_END_ALLOW_THREADS;
        if (code == TICKRING_OK) {
            break;
        }
        const bool is_over = code == TICKRING_TIMEOUT && monotonic_ns() >= deadline_ns;
        if (is_over || (code != TICKRING_TIMEOUT && code != TICKRING_INTERRUPTED)) {
            raise_last_error();
            throw py::error_already_set();
        }
        check(PyErr_CheckSignals() == 0);
    }
    PyObject *bus = make_bus(ring, settings);
    check(bus != nullptr);
    return py::reinterpret_steal<py::object>(bus);
}

py::object listen(const py::object &path, const py::object &capacity, const py::object &role,
                  const py::object &wait, const py::object &publish_every,
                  const py::object &spin_threshold, const py::object &arrival_timeout_s,
                  const py::object &handshake_timeout_s, const py::object &send_timeout_s) {
    const py::object bytes = encoded_path(path);
    std::uint64_t capacity_bytes = 0;
    check(as_unsigned(capacity.ptr(), "capacity", kMaxCapacityBytes, TICKRING_INVALID_ARGUMENT,
                      &capacity_bytes));
    const BusSettings settings =
        read_settings({role, wait, publish_every, spin_threshold, arrival_timeout_s,
                       handshake_timeout_s, send_timeout_s},
                      TICKRING_ROLE_CONSUMER, -1);
    const char *name = PyBytes_AS_STRING(bytes.ptr());
    return make(settings, kNever, [=](const tickring_options_t *options, tickring_bus_t **ring) {
        return tickring_bus_listen_with(name, capacity_bytes, options, ring);
    });
}

py::object connect(const py::object &path, const py::object &role, const py::object &wait,
                   const py::object &publish_every, const py::object &spin_threshold,
                   const py::object &arrival_timeout_s, const py::object &handshake_timeout_s,
                   const py::object &send_timeout_s, const py::object &max_capacity) {
    const py::object bytes = encoded_path(path);
    BusSettings settings = read_settings({role, wait, publish_every, spin_threshold,
                                          arrival_timeout_s, handshake_timeout_s, send_timeout_s},
                                         TICKRING_ROLE_PRODUCER, 0);
    check(as_unsigned(max_capacity.ptr(), "max_capacity", kMaxCapacityBytes,
                      TICKRING_INVALID_ARGUMENT, &settings.options.max_capacity_bytes));
    const char *name = PyBytes_AS_STRING(bytes.ptr());
    return make(settings, kWaitSliceNs,
                [=](const tickring_options_t *options, tickring_bus_t **ring) {
                    return tickring_bus_connect_with(name, options, ring);
                });
}

const char kListenDoc[] =
    "Creates a socket at path, waits for a connector and makes a ring of capacity bytes.\n\n"
    "path: 1 to 107 bytes. capacity: a power of two from the page size to 2**31.\n"
    "role: 'producer' or 'consumer'; None: the listener consumes.\n"
    "wait: how blocking calls wait: 'spin', 'hybrid' (polls spin_threshold times, then sleeps)\n"
    "or 'park'. publish_every: a producer publishes by itself every so many messages, 1 or more.\n"
    "arrival_timeout_s: how long to wait for the peer, None for ever. handshake_timeout_s: for\n"
    "the whole handshake. send_timeout_s: how long a send waits for room, None for ever.\n"
    "Raises InvalidArgument, AddressInUse, NotFound, Permission, Timeout, NoResources,\n"
    "Unsupported; Ctrl-C ends the wait.";

const char kConnectDoc[] =
    "Connects to the listener at path.\n\n"
    "arrival_timeout_s: how long to try until a listener has taken us; None or 0 tries once,\n"
    "math.inf for ever. max_capacity: refuses a larger ring, in bytes. role None: the connector\n"
    "produces. The other arguments are those of listen().\n"
    "Raises InvalidArgument, NotFound, Permission, Protocol (the peer is of another version,\n"
    "layout or the same role, or left when it was tried once), Timeout, NoResources,\n"
    "Unsupported; Ctrl-C ends the wait.";

} // namespace

void add_setup(py::handle bus_type) {
    tickring_options_t defaults;
    tickring_options_init(&defaults);
    const auto role = "role"_a = py::none();
    const auto wait = "wait"_a = "hybrid";
    const auto publish_every = "publish_every"_a = defaults.publish_every;
    const auto spin_threshold = "spin_threshold"_a = defaults.spin_threshold;
    const auto arrival = "arrival_timeout_s"_a = py::none();
    const auto handshake = "handshake_timeout_s"_a =
        static_cast<double>(defaults.handshake_timeout_ns) * 1e-9;
    const auto sending = "send_timeout_s"_a = py::none();
    bus_type.attr("listen") = py::cpp_function(
        &listen, py::name("listen"), py::doc(kListenDoc), "path"_a, "capacity"_a = 1 << 20,
        py::kw_only(), role, wait, publish_every, spin_threshold, arrival, handshake, sending);
    bus_type.attr("connect") =
        py::cpp_function(&connect, py::name("connect"), py::doc(kConnectDoc), "path"_a,
                         py::kw_only(), role, wait, publish_every, spin_threshold, arrival,
                         handshake, sending, "max_capacity"_a = kMaxCapacityBytes);
}

} // namespace tickring::python
