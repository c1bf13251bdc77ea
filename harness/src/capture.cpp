// SPDX-License-Identifier: Apache-2.0
#include "capture.hpp"

#include "child.hpp"
#include "clock.hpp"
#include "error.hpp"
#include "line_reader.hpp"
#include "protocol.hpp"

#include <poll.h>

namespace tickring {
namespace {

constexpr std::uint64_t kPatience_ns = 10 * kNsPerSecond;
constexpr int kTick_ms = 100;

} // namespace

std::string capture(const std::vector<std::string> &argv) {
    try {
        Child child({.argv = argv, .cpu = std::nullopt, .pin_required = false});
        LineReader out;
        const auto deadline_ns = monotonic_ns() + kPatience_ns;
        while (!out.ended() && monotonic_ns() < deadline_ns) {
            pollfd watched{child.out(), POLLIN, 0};
            ::poll(&watched, 1, kTick_ms);
            out.fill(child.out());
            if (const auto line = out.next()) {
                return *line;
            }
        }
    } catch (const Error &) {
        return ""; // it cannot be started
    } catch (const Breach &) {
        return ""; // it writes too much
    }
    return "";
}

} // namespace tickring
