// SPDX-License-Identifier: Apache-2.0
#include "channel.hpp"

#include "error.hpp"
#include "shared_object.hpp"

#include <tickring/futex.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr int kMostDescriptors = 253; // the kernel sends no more in one message

const char *name_of(FrameKind kind) noexcept {
    switch (kind) {
    case FrameKind::kHello:
        return "hello";
    case FrameKind::kOffer:
        return "offer";
    case FrameKind::kAccept:
        return "accept";
    case FrameKind::kReady:
        return "ready";
    case FrameKind::kReject:
        break;
    }
    return "reject";
}

struct Received {
    ssize_t bytes = 0;
    int message_flags = 0;
    int descriptors_count = 0;
    int descriptors[kMostDescriptors];
};

void collect_descriptors(msghdr &message, Received &received) noexcept {
    for (cmsghdr *control = CMSG_FIRSTHDR(&message); control != nullptr;
         control = CMSG_NXTHDR(&message, control)) {
        if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t bytes = control->cmsg_len - CMSG_LEN(0);
        const int count = static_cast<int>(bytes / sizeof(int));
        for (int i = 0; i < count && received.descriptors_count < kMostDescriptors; ++i) {
            std::memcpy(&received.descriptors[received.descriptors_count++],
                        CMSG_DATA(control) + static_cast<std::size_t>(i) * sizeof(int),
                        sizeof(int));
        }
    }
}

Code receive_message(int socket, Frame &frame, Received &received,
                     std::int64_t deadline_ns) noexcept {
    alignas(cmsghdr) char control[CMSG_SPACE(kMostDescriptors * sizeof(int))];
    for (;;) {
        if (Code code = wait_for(socket, POLLIN, deadline_ns); code != Code::kOk) {
            return code;
        }
        iovec payload{&frame, sizeof frame};
        msghdr message{};
        message.msg_iov = &payload;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        received.bytes = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (received.bytes >= 0) {
            received.message_flags = message.msg_flags;
            collect_descriptors(message, received);
            return Code::kOk;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return fail_errno(Code::kPeerClosed, errno, "the peer left during the handshake");
        }
    }
}

Code check_received(const Received &received, FrameKind expected, int descriptors_count) noexcept {
    if (received.bytes == 0) {
        return fail(Code::kPeerClosed, "the peer left during the handshake, before its %s",
                    name_of(expected));
    }
    if (received.bytes != static_cast<ssize_t>(sizeof(Frame)) ||
        (received.message_flags & MSG_TRUNC) != 0) {
        return fail(Code::kProtocol, "length of the peer's %s is %s%zd bytes, must be %zu",
                    name_of(expected), (received.message_flags & MSG_TRUNC) != 0 ? "above " : "",
                    received.bytes, sizeof(Frame));
    }
    if ((received.message_flags & MSG_CTRUNC) != 0) {
        return fail_errno(Code::kNoResources, EMFILE,
                          "a descriptor of the peer's %s could not be received", name_of(expected));
    }
    if (received.descriptors_count != descriptors_count) {
        return fail(Code::kProtocol, "the peer's %s brings %d descriptors, must be %d",
                    name_of(expected), received.descriptors_count, descriptors_count);
    }
    return Code::kOk;
}

// The peer's words go into our text: only what can be printed.
Code rejection(const Frame &frame) noexcept {
    char reason[sizeof frame.reason];
    std::memcpy(reason, frame.reason, sizeof reason);
    reason[sizeof reason - 1] = '\0';
    for (char *c = reason; *c != '\0'; ++c) {
        *c = *c >= ' ' && *c <= '~' ? *c : '?';
    }
    const Code code =
        frame.reject_code == TICKRING_PERMISSION ? Code::kPermission : Code::kProtocol;
    return fail(code, "the peer refused: %s", reason);
}

} // namespace

Frame make_frame(FrameKind kind) noexcept {
    Frame frame{};
    frame.magic = kFrameMagic;
    frame.kind = static_cast<std::uint32_t>(kind);
    frame.version = TICKRING_LAYOUT_VERSION;
    frame.byte_order = kByteOrder;
    frame.page_bytes = page_bytes();
    frame.unit_bytes = TICKRING_UNIT_BYTES;
    frame.record_header_bytes = TICKRING_RECORD_HEADER_BYTES;
    return frame;
}

Code check_frame(const Frame &frame, FrameKind expected) noexcept {
    const Frame ours = make_frame(expected);
    if (frame.magic == ours.magic && frame.version == ours.version &&
        frame.kind == static_cast<std::uint32_t>(FrameKind::kReject)) {
        return rejection(frame);
    }
    const struct {
        const char *field;
        std::uint64_t theirs;
        std::uint64_t ours;
    } rows[] = {
        {"magic", frame.magic, ours.magic},
        {"byte_order", frame.byte_order, ours.byte_order},
        {"version", frame.version, ours.version},
        {"kind", frame.kind, ours.kind},
        {"page_bytes", frame.page_bytes, ours.page_bytes},
        {"unit_bytes", frame.unit_bytes, ours.unit_bytes},
        {"record_header_bytes", frame.record_header_bytes, ours.record_header_bytes},
        {"reserved", frame.reserved, ours.reserved},
    };
    for (const auto &row : rows) {
        if (row.theirs != row.ours) {
            return fail(Code::kProtocol, "%s of the peer's %s is %llu, must be %llu", row.field,
                        name_of(expected), static_cast<unsigned long long>(row.theirs),
                        static_cast<unsigned long long>(row.ours));
        }
    }
    if (frame.sleeps > 1) {
        return fail(Code::kProtocol, "sleeps of the peer's %s is %u, must be 0 or 1",
                    name_of(expected), frame.sleeps);
    }
    return Code::kOk;
}

Code wait_for(int socket, short events, std::int64_t deadline_ns) noexcept {
    for (;;) {
        const std::int64_t left_ns = deadline_ns - monotonic_ns();
        if (left_ns <= 0) {
            return fail(Code::kTimeout, "the peer did not answer before the deadline");
        }
        const std::int64_t left_ms = std::min<std::int64_t>(left_ns / 1'000'000 + 1, 60'000);
        pollfd entry{socket, events, 0};
        const int ready = poll(&entry, 1, static_cast<int>(left_ms));
        if (ready > 0) {
            return Code::kOk;
        }
        if (ready < 0) {
            return errno == EINTR ? fail(Code::kInterrupted)
                                  : fail_errno(Code::kNoResources, errno, "cannot poll a socket");
        }
    }
}

Code send_frame(int socket, const Frame &frame, int descriptor, std::int64_t deadline_ns) noexcept {
    iovec payload{const_cast<Frame *>(&frame), sizeof frame};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &payload;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    for (;;) {
        if (Code code = wait_for(socket, POLLOUT, deadline_ns); code != Code::kOk) {
            return code;
        }
        if (sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
            return Code::kOk;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return fail_errno(Code::kPeerClosed, errno, "the peer left during the handshake");
        }
    }
}

Code receive_frame(int socket, Frame &frame, FrameKind expected, int descriptors_count,
                   int &descriptor, std::int64_t deadline_ns) noexcept {
    Received received;
    Code code = receive_message(socket, frame, received, deadline_ns);
    if (code != Code::kOk) {
        return code;
    }
    const bool is_frame = received.bytes == static_cast<ssize_t>(sizeof(Frame));
    const bool is_rejection =
        is_frame && frame.kind == static_cast<std::uint32_t>(FrameKind::kReject);
    code = check_received(received, expected, is_rejection ? 0 : descriptors_count);
    if (code == Code::kOk) {
        code = check_frame(frame, expected);
    }
    if (code == Code::kOk && descriptors_count == 1) {
        descriptor = received.descriptors[0];
        return code;
    }
    for (int i = 0; i < received.descriptors_count; ++i) {
        close(received.descriptors[i]);
    }
    return code;
}

} // namespace tickring
