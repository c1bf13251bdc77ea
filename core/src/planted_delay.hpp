// SPDX-License-Identifier: Apache-2.0
// planted_delay.hpp: what the calibration of the gate plants. Built with -Dplanted_delay=true, each
// commit does as many steps of work as the environment's TICKRING_PLANTED_STEPS says, between two
// barriers that are there for any number of steps; any other build has no trace of it.
#pragma once

#ifdef TICKRING_PLANTED_DELAY

#include <cstdint>
#include <cstdlib>

namespace tickring {

inline long planted_steps() noexcept {
    const char *text = std::getenv("TICKRING_PLANTED_STEPS");
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

inline const long kPlantedSteps = planted_steps();
inline std::uint64_t planted_state = 1;

// Nothing behind it starts before all in front of it is over: a processor that reorders would else
// do a few nanoseconds of steps beside the rest of a message, where they take no time.
inline void execution_barrier() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_lfence();
#elif defined(__aarch64__)
    __asm__ __volatile__("dsb sy\n\tisb" ::: "memory");
#else
#error "a planted delay needs a barrier for this processor"
#endif
}

// Each step needs the one before it.
inline void planted_delay() noexcept {
    execution_barrier();
    for (long i = 0; i < kPlantedSteps; ++i) {
        planted_state += planted_state >> 7;
    }
    execution_barrier();
}

} // namespace tickring

#else

namespace tickring {

inline void planted_delay() noexcept {}

} // namespace tickring

#endif
