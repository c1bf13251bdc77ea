// SPDX-License-Identifier: Apache-2.0
// message_calls.hpp: what the calls that send and those that receive have in common.
#pragma once

#include "handle.hpp"

namespace tickring {

// The words for what the ring itself answers.
inline Code explain(const tickring_bus_t &bus, Code code,
                    std::uint64_t payload_bytes = 0) noexcept {
    if (code == Code::kTooLarge) {
        return fail(code, "payload_bytes is %llu, this ring of %llu bytes takes at most %llu",
                    static_cast<unsigned long long>(payload_bytes),
                    static_cast<unsigned long long>(bus.session.capacity_bytes),
                    static_cast<unsigned long long>(max_payload_bytes(bus.session.capacity_bytes)));
    }
    if (code == Code::kBadState) {
        return fail(code, "a message is acquired already");
    }
    const Fault &fault = bus.is_producer() ? bus.producer.fault() : bus.consumer.fault();
    if (code == Code::kCorrupt && fault.field == nullptr) {
        return fail(code, "the peer has found the shared memory corrupt");
    }
    if (code == Code::kCorrupt) {
        return fail(code, "%s in shared memory is %llu, may be at most %llu and never falls",
                    fault.field, static_cast<unsigned long long>(fault.value),
                    static_cast<unsigned long long>(fault.limit));
    }
    return fail(code);
}

inline Code check_timeout(std::int64_t timeout_ns) noexcept {
    return timeout_ns >= -1
               ? Code::kOk
               : fail(Code::kInvalidArgument, "timeout_ns is %lld, must be -1, 0 or more",
                      static_cast<long long>(timeout_ns));
}

// Gives back the message that this end has acquired.
template <class Side>
[[gnu::always_inline]] inline int give_back(tickring_bus_t *bus, std::uint32_t role,
                                            const Side &side) noexcept {
    Code code = check(bus, role);
    if (code == Code::kOk) {
        code = side();
        if (code != Code::kOk) {
            return to_int(fail(code, "no message is acquired"));
        }
    }
    return to_int(code);
}

} // namespace tickring
