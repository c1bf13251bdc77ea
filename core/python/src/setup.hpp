// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

namespace tickring::python {

// Gives the type Bus its static methods listen() and connect().
void add_setup(pybind11::handle bus_type);

} // namespace tickring::python
