// SPDX-License-Identifier: Apache-2.0
#include "error.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace tickring {
namespace {

constexpr std::size_t kTextBytes = 512;

thread_local Code remembered_code = Code::kOk;
thread_local char remembered_text[kTextBytes];

} // namespace

Code fail(Code code) noexcept {
    remembered_code = code;
    remembered_text[0] = '\0';
    return code;
}

Code fail(Code code, const char *format, ...) noexcept {
    // Formatted aside: an argument may be the text remembered so far.
    char text[kTextBytes];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    remembered_code = code;
    std::memcpy(remembered_text, text, sizeof text);
    return code;
}

Code fail_errno(Code code, int error_number, const char *format, ...) noexcept {
    char text[kTextBytes - 80];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char system_text[64];
    return fail(code, "%s: %s", text, strerror_r(error_number, system_text, sizeof system_text));
}

Code last_error() noexcept { return remembered_code; }

const char *last_error_text() noexcept {
    return remembered_text[0] != '\0' ? remembered_text : describe(remembered_code);
}

const char *describe(Code code) noexcept {
    switch (code) {
    case Code::kOk:
        return "success";
    case Code::kEmpty:
        return "no message has been published";
    case Code::kFull:
        return "the ring is full until the consumer releases some of it";
    case Code::kTimeout:
        return "the deadline passed";
    case Code::kInterrupted:
        return "interrupted by a signal handler";
    case Code::kPeerClosed:
        return "the peer has closed its end";
    case Code::kPeerDead:
        return "the peer is dead: it ended without closing";
    case Code::kCorrupt:
        return "the shared memory holds what no working peer writes";
    case Code::kTooLarge:
        return "the message is larger than this ring takes";
    case Code::kInvalidArgument:
        return "an argument is out of range";
    case Code::kBadState:
        return "this call is not allowed now, or not at this end";
    case Code::kAddressInUse:
        return "another listener has this path";
    case Code::kNotFound:
        return "nobody listens on this path";
    case Code::kPermission:
        return "not permitted";
    case Code::kProtocol:
        return "the handshake with the peer failed";
    case Code::kNoResources:
        return "the system is out of a resource";
    case Code::kForked:
        return "this bus belongs to the parent process";
    case Code::kUnsupported:
        return "the kernel lacks what is needed";
    }
    return "unknown code";
}

} // namespace tickring
