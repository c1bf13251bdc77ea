// SPDX-License-Identifier: Apache-2.0
// send_at_once.hpp: a message in one step, for this library and for the Python module.
#pragma once

#include "handle.hpp"
#include "planted_delay.hpp"

namespace tickring {

// Sends a message of payload_bytes, which write(payload) fills; it answers whether to send it.
// False: nothing was sent, by that answer, or because something rare has to be looked at (no room
// by what is known, a trace, a handle that cannot be used): an acquire and a commit do that, and
// say what is wrong. Without it hardly a register has to be saved on the way: each such store would
// wait in line behind the ring's, which wait for the other CPU.
template <class Write>
[[nodiscard, gnu::always_inline]] inline bool
send_at_once(tickring_bus_t *bus, std::uint64_t payload_bytes, std::uint32_t type_id,
             const Write &write) noexcept {
    if (!is_plainly(TICKRING_ROLE_PRODUCER, bus) || bus->trace.is_on()) [[unlikely]] {
        return false;
    }
    return bus->producer.send_at_once(payload_bytes, type_id, [&](std::byte *payload) {
        planted_delay();
        return write(payload);
    });
}

} // namespace tickring
