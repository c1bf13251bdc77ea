// SPDX-License-Identifier: Apache-2.0
// cases.hpp: the operations that a victim is killed in, each with the state that it is made in.
#pragma once

#include <tickring/tickring.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace tickring::kills {

constexpr std::size_t kCapacity_bytes = 4096;

// One operation of a victim.
struct Case {
    using Step = std::function<void(tickring_bus_t *)>;

    const char *name;
    std::uint32_t victim; // its role
    std::uint32_t wait = TICKRING_WAIT_SPIN;
    std::uint32_t publish_every = 1;
    unsigned sent_before = 0;      // messages that are committed before the operation
    unsigned received_before = 0;  // of those
    bool survivor_waits = false;   // the other side sleeps while the victim is stepped
    unsigned published_before = 0; // the victim produces: what the survivor gets at least,
    unsigned published_after = 0;  // and at most
    Step operation;
};

const std::vector<Case> &cases();

} // namespace tickring::kills
