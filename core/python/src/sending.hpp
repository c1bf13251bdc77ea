// SPDX-License-Identifier: Apache-2.0
// A message that is there already, and only has to be copied into the ring.
#pragma once

#include <Python.h>

#include <cstdint>

#include "bus.hpp"
#include "errors.hpp"
#include "send_at_once.hpp"

namespace tickring::python {

// Sends what write(payload), which returns true, puts into size_bytes; waits for room. The bus has
// to be free. False with an exception set, as Bus.send().
template <class Write>
bool send_written(Bus *bus, std::uint64_t size_bytes, std::uint32_t type_id, const Write &write) {
    if (send_at_once(bus->ring, size_bytes, type_id, write)) [[likely]] {
        return true;
    }
    void *payload = acquire_room(bus, size_bytes, true);
    if (!payload) {
        return false;
    }
    write(payload);
    if (tickring_commit_tx(bus->ring, size_bytes, type_id) != TICKRING_OK) {
        raise_last_error();
        return false;
    }
    return true;
}

} // namespace tickring::python
