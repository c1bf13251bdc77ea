// SPDX-License-Identifier: Apache-2.0
// A peer that sends any packets and any descriptors during the handshake, to a listener or to a
// connector. It is refused, or the session is whole; nothing stays open or mapped.
#include "../../core/src/channel.hpp"
#include "../../core/src/handshake.hpp"
#include "require.hpp"

#include <tickring/futex.hpp>

#include <cstring>

#include <fcntl.h>
#include <fuzzer/FuzzedDataProvider.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace tickring;
using tickring::fuzz::require;

constexpr std::uint64_t kCapacity_bytes = 4096;

// A descriptor of some kind: sealed like ours, of another size, not sealed, no memory at all.
int some_descriptor(FuzzedDataProvider &input) {
    const auto kind = input.PickValueInArray({ObjectKind::kData, ObjectKind::kFeedback});
    int descriptor = -1;
    switch (input.ConsumeIntegralInRange(0, 3)) {
    case 0:
    case 1: {
        Mapping mapping;
        const auto capacity = kCapacity_bytes << input.ConsumeIntegralInRange(0, 1);
        if (create_object(kind, capacity, descriptor, mapping) == Code::kOk) {
            const auto at = input.ConsumeIntegralInRange<std::size_t>(0, 31);
            if (input.ConsumeBool()) {
                static_cast<std::byte *>(mapping.address)[at] =
                    std::byte{input.ConsumeIntegral<std::uint8_t>()};
            }
            unmap(mapping);
        }
        return descriptor;
    }
    case 2:
        descriptor = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        require(ftruncate(descriptor, input.ConsumeIntegralInRange(0, 20'000)) == 0, "no memory");
        return descriptor;
    default:
        return open("/dev/null", O_RDWR | O_CLOEXEC);
    }
}

// One packet, a good frame in which some bytes are others, with up to two descriptors.
void send_something(int socket, FuzzedDataProvider &input, FrameKind likely) {
    Frame frame = make_frame(likely);
    frame.role = input.ConsumeBool() ? TICKRING_ROLE_PRODUCER : TICKRING_ROLE_CONSUMER;
    frame.capacity_bytes = kCapacity_bytes;
    for (int changes = input.ConsumeIntegralInRange(0, 3); changes > 0; --changes) {
        const auto at = input.ConsumeIntegralInRange<std::size_t>(0, sizeof frame - 1);
        reinterpret_cast<std::uint8_t *>(&frame)[at] = input.ConsumeIntegral<std::uint8_t>();
    }
    iovec part{&frame, input.ConsumeIntegralInRange(0, 7) == 0
                           ? input.ConsumeIntegralInRange<std::size_t>(1, sizeof frame)
                           : sizeof frame};
    alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    int descriptors[2] = {-1, -1};
    const auto count = input.ConsumeIntegralInRange<std::size_t>(0, 2);
    for (std::size_t i = 0; i < count; ++i) {
        descriptors[i] = some_descriptor(input);
    }
    if (count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        cmsghdr *const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        std::memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    (void)sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    for (const int descriptor : descriptors) {
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
}

// How many of the lowest descriptors are open.
int open_descriptors_count() {
    int count = 0;
    for (int descriptor = 0; descriptor < 64; ++descriptor) {
        count += fcntl(descriptor, F_GETFD) >= 0 ? 1 : 0;
    }
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t bytes) {
    FuzzedDataProvider input(data, bytes);
    const int open_before = open_descriptors_count();
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0,
            "no sockets");
    const bool we_listen = input.ConsumeBool();
    const std::uint32_t role =
        input.ConsumeBool() ? TICKRING_ROLE_PRODUCER : TICKRING_ROLE_CONSUMER;
    send_something(ends[1], input, we_listen ? FrameKind::kHello : FrameKind::kOffer);
    send_something(ends[1], input, we_listen ? FrameKind::kAccept : FrameKind::kReady);
    shutdown(ends[1], SHUT_WR); // nothing more comes, so nobody waits

    Session session;
    const SessionTerms terms{role, true, we_listen ? kCapacity_bytes : TICKRING_MAX_CAPACITY_BYTES};
    const std::int64_t deadline_ns = monotonic_ns() + 1'000'000'000;
    const Code code = we_listen ? listener_handshake(ends[0], terms, deadline_ns, session)
                                : connector_handshake(ends[0], terms, deadline_ns, session);
    require(code != Code::kTimeout, "it waits for a peer that has left");
    const bool is_whole = session.own.address != nullptr && session.peer.address != nullptr;
    require((code == Code::kOk) == is_whole, "half a session is left");
    unmap(session.own);
    unmap(session.peer);
    close(ends[0]);
    close(ends[1]);
    require(open_descriptors_count() == open_before, "a descriptor stays open");
    return 0;
}
