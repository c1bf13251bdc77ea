// SPDX-License-Identifier: Apache-2.0
#include "handshake.hpp"

#include "channel.hpp"
#include "error.hpp"

#include <bit>
#include <cerrno>
#include <cstdio>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr int kLinger_ms = 100; // for the hello of a connector that is refused

ObjectKind written_by(std::uint32_t role) noexcept {
    return role == TICKRING_ROLE_PRODUCER ? ObjectKind::kData : ObjectKind::kFeedback;
}

std::uint32_t opposite(std::uint32_t role) noexcept {
    return role == TICKRING_ROLE_PRODUCER ? TICKRING_ROLE_CONSUMER : TICKRING_ROLE_PRODUCER;
}

const char *name_of(std::uint32_t role) noexcept {
    return role == TICKRING_ROLE_PRODUCER   ? "producer"
           : role == TICKRING_ROLE_CONSUMER ? "consumer"
                                            : "unknown";
}

Frame frame_of(FrameKind kind, const SessionTerms &terms, std::uint64_t capacity_bytes) noexcept {
    Frame frame = make_frame(kind);
    frame.role = terms.role;
    frame.sleeps = terms.sleeps ? 1 : 0;
    frame.capacity_bytes = capacity_bytes;
    return frame;
}

Code check_role(const Frame &frame, std::uint32_t own_role) noexcept {
    if (frame.role != opposite(own_role)) {
        return fail(Code::kProtocol, "role of the peer is %u (%s), must be %u (%s)", frame.role,
                    name_of(frame.role), opposite(own_role), name_of(opposite(own_role)));
    }
    return Code::kOk;
}

Code check_capacity(const Frame &frame, std::uint64_t lowest, std::uint64_t highest) noexcept {
    const auto value = static_cast<unsigned long long>(frame.capacity_bytes);
    if (!is_valid_capacity(frame.capacity_bytes) || frame.capacity_bytes < lowest ||
        frame.capacity_bytes > highest) {
        return fail(Code::kProtocol,
                    "capacity_bytes of the peer is %llu, must be a power of two from %llu to %llu",
                    value, static_cast<unsigned long long>(lowest),
                    static_cast<unsigned long long>(highest));
    }
    return Code::kOk;
}

// Tells the peer why: the last error of this thread. Best effort, waits for nothing.
void send_rejection(int socket) noexcept {
    Frame frame = make_frame(FrameKind::kReject);
    frame.reject_code = static_cast<std::uint32_t>(last_error());
    std::snprintf(frame.reason, sizeof frame.reason, "%s", last_error_text());
    (void)send(socket, &frame, sizeof frame, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void abandon(Session &session) noexcept {
    unmap(session.own);
    unmap(session.peer);
}

// Creates this side's object and sends it in the frame.
Code send_own_object(int socket, const Frame &frame, std::int64_t deadline_ns,
                     Session &session) noexcept {
    int descriptor = -1;
    Code code =
        create_object(written_by(session.role), session.capacity_bytes, descriptor, session.own);
    if (code == Code::kOk) {
        code = send_frame(socket, frame, descriptor, deadline_ns);
        close(descriptor);
    }
    return code;
}

Code attach_peer_object(int descriptor, Session &session) noexcept {
    const Code code = attach_object(written_by(opposite(session.role)), session.capacity_bytes,
                                    descriptor, session.peer);
    close(descriptor);
    return code;
}

Code listener_steps(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                    Session &session) noexcept {
    Frame frame;
    int descriptor = -1;
    Code code = receive_frame(socket, frame, FrameKind::kHello, 0, descriptor, deadline_ns);
    if (code == Code::kOk) {
        code = check_role(frame, terms.role);
    }
    if (code == Code::kOk && frame.capacity_bytes < terms.capacity_bytes) {
        code = fail(Code::kProtocol, "capacity_bytes is %llu, the connector takes at most %llu",
                    static_cast<unsigned long long>(terms.capacity_bytes),
                    static_cast<unsigned long long>(frame.capacity_bytes));
    }
    if (code == Code::kOk) {
        session.peer_sleeps = frame.sleeps != 0;
        code = send_own_object(socket, frame_of(FrameKind::kOffer, terms, terms.capacity_bytes),
                               deadline_ns, session);
    }
    if (code == Code::kOk) {
        code = receive_frame(socket, frame, FrameKind::kAccept, 1, descriptor, deadline_ns);
    }
    if (code == Code::kOk) {
        code = attach_peer_object(descriptor, session);
    }
    if (code == Code::kOk) {
        code = send_frame(socket, frame_of(FrameKind::kReady, terms, terms.capacity_bytes), -1,
                          deadline_ns);
    }
    return code;
}

Code connector_steps(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                     Session &session) noexcept {
    Code code = send_frame(socket, frame_of(FrameKind::kHello, terms, terms.capacity_bytes), -1,
                           deadline_ns);
    Frame frame;
    int descriptor = -1;
    if (code == Code::kOk) {
        code = receive_frame(socket, frame, FrameKind::kOffer, 1, descriptor, deadline_ns);
    }
    if (code != Code::kOk) {
        return code;
    }
    code = check_role(frame, terms.role);
    if (code == Code::kOk) {
        code = check_capacity(frame, page_bytes(), terms.capacity_bytes);
    }
    if (code != Code::kOk) {
        close(descriptor);
        return code;
    }
    session.peer_sleeps = frame.sleeps != 0;
    session.capacity_bytes = frame.capacity_bytes;
    code = attach_peer_object(descriptor, session);
    if (code == Code::kOk) {
        code = send_own_object(socket, frame_of(FrameKind::kAccept, terms, frame.capacity_bytes),
                               deadline_ns, session);
    }
    if (code == Code::kOk) {
        code = receive_frame(socket, frame, FrameKind::kReady, 0, descriptor, deadline_ns);
    }
    return code;
}

} // namespace

bool is_valid_capacity(std::uint64_t capacity_bytes) noexcept {
    return std::has_single_bit(capacity_bytes) && capacity_bytes >= page_bytes() &&
           capacity_bytes <= TICKRING_MAX_CAPACITY_BYTES;
}

Code check_peer_user(int socket) noexcept {
    ucred peer{};
    socklen_t bytes = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0) {
        return fail_errno(Code::kPermission, errno, "cannot tell the peer's user");
    }
    if (peer.uid != geteuid()) {
        return fail(Code::kPermission, "user id of the peer is %u, must be %u", peer.uid,
                    geteuid());
    }
    return Code::kOk;
}

Code refuse_other_users(int socket) noexcept {
    const Code code = check_peer_user(socket);
    if (code != Code::kOk) {
        send_rejection(socket);
        // With its hello unread, closing would reset the connection, and the reason were lost.
        pollfd entry{socket, POLLIN, 0};
        if (poll(&entry, 1, kLinger_ms) > 0) {
            Frame unheard;
            (void)recv(socket, &unheard, sizeof unheard, MSG_DONTWAIT);
        }
    }
    return code;
}

Code listener_handshake(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                        Session &session) noexcept {
    session = {};
    session.role = terms.role;
    session.capacity_bytes = terms.capacity_bytes;
    const Code code = listener_steps(socket, terms, deadline_ns, session);
    if (code != Code::kOk) {
        send_rejection(socket);
        abandon(session);
    }
    return code;
}

Code connector_handshake(int socket, const SessionTerms &terms, std::int64_t deadline_ns,
                         Session &session) noexcept {
    session = {};
    session.role = terms.role;
    const Code code = connector_steps(socket, terms, deadline_ns, session);
    if (code != Code::kOk) {
        send_rejection(socket);
        abandon(session);
    }
    return code;
}

} // namespace tickring
