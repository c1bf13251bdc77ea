// SPDX-License-Identifier: Apache-2.0
// The module tickring._tickring: pybind11 makes the module and the set-up calls; everything that is
// called per message is a plain CPython slot.
#include <pybind11/pybind11.h>

#include <tickring/tickring.h>

#include "bus.hpp"
#include "errors.hpp"
#include "guard.hpp"
#include "sender.hpp"
#include "setup.hpp"

namespace py = pybind11;
namespace ring = tickring::python;

PYBIND11_MODULE(_tickring, module) {
    module.doc() = "One end of a single-producer single-consumer ring in shared memory.";
    module.attr("__version__") = tickring_version();
    if (!ring::add_errors(module.ptr()) || !ring::add_tx_guard_type(module.ptr()) ||
        !ring::add_rx_guard_type(module.ptr()) || !ring::add_sender_type(module.ptr()) ||
        !ring::add_bus_type(module.ptr())) {
        throw py::error_already_set();
    }
    ring::add_setup(reinterpret_cast<PyObject *>(ring::bus_type()));
}
