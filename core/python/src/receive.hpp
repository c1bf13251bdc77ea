// SPDX-License-Identifier: Apache-2.0
// How every call that receives finds its message and gives it back.
#pragma once

#include <Python.h>

#include <cstdint>

#include "bus.hpp"

namespace tickring::python {

// Seconds, None for ever (-1). Leaves *timeout_ns as it is when nothing was passed (nullptr). False
// with an exception set.
bool read_timeout(PyObject *seconds, std::int64_t *timeout_ns);

// Waits for a message and leaves it in bus->received, where one that an earlier call could not take
// is already. False with an exception set.
bool find_message(Bus *bus, std::int64_t timeout_ns);

// Gives the message in bus->received back to the producer. False with an exception set.
bool release_message(Bus *bus);

} // namespace tickring::python
