// SPDX-License-Identifier: Apache-2.0
// A peer that speaks the handshake field by field, on either side, against the real other end.
#include "channel.hpp"
#include "error.hpp"
#include "handshake.hpp"
#include "temporary_directory.hpp"

#include <tickring/tickring.h>

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr std::uint64_t kCapacity = 4096;

std::int64_t in_two_seconds() { return monotonic_ns() + 2'000'000'000; }

struct Outcome {
    Code code = Code::kOk;
    std::string text;
};

// Runs one side's handshake in a thread on one end of a socket pair, and the hostile peer here.
Outcome against(std::uint32_t role_of_ours, bool we_listen, const std::function<void(int)> &peer,
                std::int64_t timeout_ns = 2'000'000'000) {
    const auto before = open_descriptors_count();
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    Outcome outcome;
    std::thread ours([&] {
        Session session;
        const SessionTerms terms{role_of_ours, true,
                                 we_listen ? kCapacity : TICKRING_MAX_CAPACITY_BYTES};
        const std::int64_t deadline_ns = monotonic_ns() + timeout_ns;
        outcome.code = we_listen ? listener_handshake(ends[0], terms, deadline_ns, session)
                                 : connector_handshake(ends[0], terms, deadline_ns, session);
        outcome.text = last_error_text();
        EXPECT_TRUE(outcome.code == Code::kOk || session.own.address == nullptr);
        unmap(session.own);
        unmap(session.peer);
        close(ends[0]);
    });
    peer(ends[1]);
    ours.join();
    close(ends[1]);
    EXPECT_EQ(open_descriptors_count(), before) << "descriptors leak";
    return outcome;
}

Frame hello(std::uint32_t role = TICKRING_ROLE_PRODUCER) {
    Frame frame = make_frame(FrameKind::kHello);
    frame.role = role;
    frame.capacity_bytes = TICKRING_MAX_CAPACITY_BYTES;
    return frame;
}

Frame offer(std::uint32_t role = TICKRING_ROLE_CONSUMER) {
    Frame frame = make_frame(FrameKind::kOffer);
    frame.role = role;
    frame.capacity_bytes = kCapacity;
    return frame;
}

struct FieldCase {
    const char *field;
    std::function<void(Frame &)> damage;
};

void PrintTo(const FieldCase &field_case, std::ostream *out) { *out << field_case.field; }

class FieldTest : public testing::TestWithParam<FieldCase> {};

TEST_P(FieldTest, ListenerRefusesTheHelloAndTellsThePeerWhy) {
    Frame answer{};
    const Outcome outcome = against(TICKRING_ROLE_CONSUMER, true, [&](int socket) {
        Frame frame = hello();
        GetParam().damage(frame);
        EXPECT_EQ(send_frame(socket, frame, -1, in_two_seconds()), Code::kOk);
        EXPECT_EQ(wait_for(socket, 1 /* POLLIN */, in_two_seconds()), Code::kOk);
        EXPECT_EQ(recv(socket, &answer, sizeof answer, 0), static_cast<ssize_t>(sizeof answer));
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_EQ(outcome.text.rfind(GetParam().field, 0), 0U) << outcome.text;
    EXPECT_EQ(answer.kind, static_cast<std::uint32_t>(FrameKind::kReject));
    EXPECT_NE(std::string(answer.reason).find(GetParam().field), std::string::npos);
}

TEST_P(FieldTest, ConnectorRefusesTheOffer) {
    const Outcome outcome = against(TICKRING_ROLE_PRODUCER, false, [&](int socket) {
        Frame frame = offer();
        GetParam().damage(frame);
        const int object = memfd_create("test", MFD_CLOEXEC);
        EXPECT_EQ(send_frame(socket, frame, object, in_two_seconds()), Code::kOk);
        close(object);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_EQ(outcome.text.rfind(GetParam().field, 0), 0U) << outcome.text;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, FieldTest,
    testing::Values(FieldCase{"magic", [](Frame &f) { f.magic = 1; }},
                    FieldCase{"byte_order", [](Frame &f) { f.byte_order = 0x04030201; }},
                    FieldCase{"version", [](Frame &f) { f.version += 1; }},
                    FieldCase{"kind", [](Frame &f) { f.kind = 3; }},
                    FieldCase{"page_bytes", [](Frame &f) { f.page_bytes = 16384; }},
                    FieldCase{"unit_bytes", [](Frame &f) { f.unit_bytes = 128; }},
                    FieldCase{"record_header_bytes", [](Frame &f) { f.record_header_bytes = 8; }},
                    FieldCase{"reserved", [](Frame &f) { f.reserved = 1; }},
                    FieldCase{"sleeps", [](Frame &f) { f.sleeps = 2; }},
                    FieldCase{"role", [](Frame &f) { f.role = 3 - f.role; }},
                    FieldCase{"role", [](Frame &f) { f.role = 77; }}));

class OfferedCapacityTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OfferedCapacityTest, IsRefusedByTheConnector) {
    const Outcome outcome = against(TICKRING_ROLE_PRODUCER, false, [&](int socket) {
        Frame frame = offer();
        frame.capacity_bytes = GetParam();
        const int object = memfd_create("test", MFD_CLOEXEC);
        EXPECT_EQ(send_frame(socket, frame, object, in_two_seconds()), Code::kOk);
        close(object);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_EQ(outcome.text.rfind("capacity_bytes", 0), 0U) << outcome.text;
}

INSTANTIATE_TEST_SUITE_P(Values, OfferedCapacityTest,
                         testing::Values(0, 1, 2048, 4097, 12288, std::uint64_t{1} << 32,
                                         std::uint64_t{1} << 40, std::uint64_t{1} << 63,
                                         ~std::uint64_t{0}));

TEST(ListenerTest, RefusesAConnectorThatTakesOnlySmallerRings) {
    const Outcome outcome = against(TICKRING_ROLE_CONSUMER, true, [](int socket) {
        Frame frame = hello();
        frame.capacity_bytes = kCapacity / 2;
        EXPECT_EQ(send_frame(socket, frame, -1, in_two_seconds()), Code::kOk);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_NE(outcome.text.find("at most 2048"), std::string::npos) << outcome.text;
}

void send_bytes(int socket, std::size_t bytes) {
    const std::string text(bytes, 'x');
    EXPECT_EQ(send(socket, text.data(), bytes, MSG_NOSIGNAL), static_cast<ssize_t>(bytes));
}

TEST(ListenerTest, RefusesFramesOfAnotherLength) {
    for (std::size_t bytes :
         {std::size_t{1}, sizeof(Frame) - 1, sizeof(Frame) + 1, std::size_t{5000}}) {
        const Outcome outcome =
            against(TICKRING_ROLE_CONSUMER, true, [&](int socket) { send_bytes(socket, bytes); });
        EXPECT_EQ(outcome.code, Code::kProtocol);
        EXPECT_EQ(outcome.text.rfind("length", 0), 0U) << outcome.text;
    }
}

TEST(ListenerTest, ReportsAPeerThatLeavesAtEachStep) {
    Outcome outcome =
        against(TICKRING_ROLE_CONSUMER, true, [](int socket) { shutdown(socket, SHUT_RDWR); });
    EXPECT_EQ(outcome.code, Code::kPeerClosed);
    outcome = against(TICKRING_ROLE_CONSUMER, true, [](int socket) {
        EXPECT_EQ(send_frame(socket, hello(), -1, in_two_seconds()), Code::kOk);
        shutdown(socket, SHUT_WR);
    });
    EXPECT_EQ(outcome.code, Code::kPeerClosed);
    EXPECT_NE(outcome.text.find("left"), std::string::npos) << outcome.text;
}

TEST(ListenerTest, KeepsItsDeadlineAgainstASilentPeer) {
    const std::int64_t start_ns = monotonic_ns();
    const Outcome outcome = against(TICKRING_ROLE_CONSUMER, true, [](int) {}, 50'000'000);
    EXPECT_EQ(outcome.code, Code::kTimeout);
    EXPECT_LE(monotonic_ns() - start_ns, 300'000'000); // deadline plus 250 ms, a promise
}

void send_with_descriptors(int socket, Frame frame, int count) {
    std::vector<int> descriptors(static_cast<std::size_t>(count));
    for (int &descriptor : descriptors) {
        descriptor = memfd_create("test", MFD_CLOEXEC);
    }
    std::vector<char> control(CMSG_SPACE(descriptors.size() * sizeof(int)));
    iovec payload{&frame, sizeof frame};
    msghdr message{};
    message.msg_iov = &payload;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size() * sizeof(int));
    EXPECT_EQ(sendmsg(socket, &message, 0), static_cast<ssize_t>(sizeof frame));
    for (int descriptor : descriptors) {
        close(descriptor);
    }
}

TEST(DescriptorsTest, AnyOtherNumberThanOneIsRefusedAndAllAreClosed) {
    Outcome outcome = against(TICKRING_ROLE_PRODUCER, false, [](int socket) {
        EXPECT_EQ(send_frame(socket, offer(), -1, in_two_seconds()), Code::kOk);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_NE(outcome.text.find("brings 0 descriptors"), std::string::npos) << outcome.text;
    for (int count : {2, 9, 250}) {
        outcome = against(TICKRING_ROLE_PRODUCER, false,
                          [&](int socket) { send_with_descriptors(socket, offer(), count); });
        EXPECT_EQ(outcome.code, Code::kProtocol);
        EXPECT_NE(outcome.text.find("descriptors, must be 1"), std::string::npos) << outcome.text;
    }
}

TEST(DescriptorsTest, AHelloBringsNone) {
    const Outcome outcome = against(TICKRING_ROLE_CONSUMER, true,
                                    [](int socket) { send_with_descriptors(socket, hello(), 1); });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_NE(outcome.text.find("must be 0"), std::string::npos) << outcome.text;
}

TEST(DescriptorsTest, AnUnsealedObjectIsRefused) {
    const Outcome outcome = against(TICKRING_ROLE_PRODUCER, false, [](int socket) {
        const int object = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        EXPECT_EQ(ftruncate(object, 2 * page_bytes()), 0);
        EXPECT_EQ(send_frame(socket, offer(), object, in_two_seconds()), Code::kOk);
        close(object);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_NE(outcome.text.find("seals"), std::string::npos) << outcome.text;
}

TEST(RejectionTest, CarriesThePeersReasonInPrintableForm) {
    const Outcome outcome = against(TICKRING_ROLE_PRODUCER, false, [](int socket) {
        Frame frame = make_frame(FrameKind::kReject);
        memcpy(frame.reason, "no\x1b[31m thanks", 14);
        EXPECT_EQ(send_frame(socket, frame, -1, in_two_seconds()), Code::kOk);
    });
    EXPECT_EQ(outcome.code, Code::kProtocol);
    EXPECT_EQ(outcome.text, "the peer refused: no?[31m thanks");
}

} // namespace
} // namespace tickring
