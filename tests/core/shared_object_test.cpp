// SPDX-License-Identifier: Apache-2.0
#include "shared_object.hpp"

#include "error.hpp"

#include <gtest/gtest.h>

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tickring {
namespace {

constexpr std::uint64_t kCapacity = 8192;

class SharedObjectTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(create_object(ObjectKind::kData, kCapacity, descriptor, own), Code::kOk);
    }
    void TearDown() override {
        close(descriptor);
        unmap(own);
        unmap(peer);
    }
    int descriptor = -1;
    Mapping own;
    Mapping peer;
};

TEST_F(SharedObjectTest, MapsTheRecordsTwiceBackToBack) {
    std::byte *const records = own.address + 2 * page_bytes();
    records[0] = std::byte{17};
    EXPECT_EQ(records[kCapacity], std::byte{17});
    records[2 * kCapacity - 1] = std::byte{18};
    EXPECT_EQ(records[kCapacity - 1], std::byte{18});
}

TEST_F(SharedObjectTest, PeerSeesWhatIsWritten) {
    ASSERT_EQ(attach_object(ObjectKind::kData, kCapacity, descriptor, peer), Code::kOk);
    own.address[2 * page_bytes() + 5] = std::byte{99};
    EXPECT_EQ(peer.address[2 * page_bytes() + 5 + kCapacity], std::byte{99});
}

TEST_F(SharedObjectTest, NobodyElseCanWriteOrResizeIt) {
    ASSERT_EQ(attach_object(ObjectKind::kData, kCapacity, descriptor, peer), Code::kOk);
    EXPECT_EQ(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), MAP_FAILED);
    EXPECT_EQ(mprotect(peer.address, 4096, PROT_READ | PROT_WRITE), -1);
    EXPECT_EQ(write(descriptor, "x", 1), -1);
    EXPECT_EQ(ftruncate(descriptor, 0), -1);
    EXPECT_EQ(ftruncate(descriptor, 1 << 20), -1);
    EXPECT_EQ(fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096), -1);
    EXPECT_EQ(fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST_F(SharedObjectTest, RefusesAnotherSize) {
    EXPECT_EQ(attach_object(ObjectKind::kData, 2 * kCapacity, descriptor, peer), Code::kProtocol);
    EXPECT_NE(std::strstr(last_error_text(), "size of the peer's data object"), nullptr);
    EXPECT_EQ(attach_object(ObjectKind::kData, kCapacity / 2, descriptor, peer), Code::kProtocol);
}

TEST_F(SharedObjectTest, RefusesTheOtherKind) {
    Mapping feedback;
    int feedback_descriptor = -1;
    ASSERT_EQ(create_object(ObjectKind::kFeedback, kCapacity, feedback_descriptor, feedback),
              Code::kOk);
    EXPECT_EQ(attach_object(ObjectKind::kFeedback, kCapacity, descriptor, peer), Code::kProtocol);
    EXPECT_EQ(attach_object(ObjectKind::kData, kCapacity, feedback_descriptor, peer),
              Code::kProtocol);
    close(feedback_descriptor);
    unmap(feedback);
}

struct HeaderCase {
    const char *field;
    std::function<void(tickring_object_header &)> damage;
};

class HeaderTest : public testing::TestWithParam<HeaderCase> {};

TEST_P(HeaderTest, RefusesADamagedField) {
    int descriptor = -1;
    Mapping own;
    Mapping peer;
    ASSERT_EQ(create_object(ObjectKind::kData, kCapacity, descriptor, own), Code::kOk);
    GetParam().damage(*reinterpret_cast<tickring_object_header *>(own.address));
    EXPECT_EQ(attach_object(ObjectKind::kData, kCapacity, descriptor, peer), Code::kProtocol);
    EXPECT_EQ(std::string(last_error_text()).rfind(GetParam().field, 0), 0U) << last_error_text();
    EXPECT_EQ(peer.address, nullptr);
    close(descriptor);
    unmap(own);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, HeaderTest,
    testing::Values(HeaderCase{"magic", [](auto &header) { header.magic ^= 1; }},
                    HeaderCase{"version", [](auto &header) { header.version = 2; }},
                    HeaderCase{"page_bytes", [](auto &header) { header.page_bytes = 65536; }},
                    HeaderCase{"capacity_bytes", [](auto &header) { header.capacity_bytes = 0; }},
                    HeaderCase{"object_bytes", [](auto &header) { header.object_bytes += 1; }}));

Code attach_memory_file(unsigned seals) {
    const int descriptor = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    EXPECT_EQ(ftruncate(descriptor, static_cast<off_t>(2 * page_bytes() + kCapacity)), 0);
    EXPECT_EQ(fcntl(descriptor, F_ADD_SEALS, seals), 0);
    Mapping peer;
    const Code code = attach_object(ObjectKind::kData, kCapacity, descriptor, peer);
    EXPECT_EQ(peer.address, nullptr);
    close(descriptor);
    return code;
}

TEST(SealsTest, RefusesAnObjectThatLacksOneOfThem) {
    constexpr unsigned kFutureWrite = 0x10;
    constexpr unsigned kAll = F_SEAL_SHRINK | F_SEAL_GROW | kFutureWrite | F_SEAL_SEAL;
    for (unsigned missing :
         {0U + F_SEAL_SHRINK, 0U + F_SEAL_GROW, kFutureWrite, 0U + F_SEAL_SEAL, kAll}) {
        EXPECT_EQ(attach_memory_file(kAll & ~missing), Code::kProtocol);
        EXPECT_NE(std::strstr(last_error_text(), "seals"), nullptr) << last_error_text();
    }
    EXPECT_EQ(attach_memory_file(kAll), Code::kProtocol); // then the header is looked at
    EXPECT_NE(std::strstr(last_error_text(), "magic"), nullptr) << last_error_text();
}

TEST(SealsTest, RefusesWhatIsNoMemoryFile) {
    const int descriptors[] = {open("/dev/zero", O_RDWR | O_CLOEXEC),
                               open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
                               open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                               open("/proc/self/exe", O_PATH | O_CLOEXEC)};
    for (int descriptor : descriptors) {
        Mapping peer;
        EXPECT_EQ(attach_object(ObjectKind::kData, kCapacity, descriptor, peer), Code::kProtocol);
        close(descriptor);
    }
}

TEST(CreateTest, RespectsTheFileSizeLimitInsteadOfDyingOfIt) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{4096, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    int descriptor = -1;
    Mapping own;
    EXPECT_EQ(create_object(ObjectKind::kData, kCapacity, descriptor, own), Code::kNoResources);
    EXPECT_NE(std::strstr(last_error_text(), "RLIMIT_FSIZE"), nullptr);
    setrlimit(RLIMIT_FSIZE, &before);
}

TEST(CreateTest, SaysWhenNoDescriptorIsLeft) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    int descriptor = -1;
    Mapping own;
    const Code code = create_object(ObjectKind::kData, kCapacity, descriptor, own);
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(code, Code::kNoResources);
}

} // namespace
} // namespace tickring
