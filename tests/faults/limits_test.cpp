// SPDX-License-Identifier: Apache-2.0
// An end is set up under every limit that is too tight for it: a code, no signal, nothing left.
#include "../core/temporary_directory.hpp"
#include "ends.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include <fcntl.h>
#include <sys/resource.h>

namespace tickring::faults {
namespace {

enum class Role { kListener, kConnector };

constexpr int kLeaks = 100; // beyond every code of the ring

int open_end(Role role, const std::string &path, End &end) {
    return role == Role::kListener ? end.listen(path) : end.connect(path);
}

// Opens an end below a limit and dies with it: the code, or that a descriptor is left.
int open_below(Role role, const std::string &path, const std::function<void()> &limit) {
    End end;
    limit();
    const int before = dup(0);
    close(before);
    const int code = open_end(role, path, end);
    const int after = dup(0);
    _exit(code != TICKRING_OK && before != after ? kLeaks : code);
}

class LimitTest : public testing::TestWithParam<Role> {
  protected:
    // A peer that goes on until somebody comes whom no limit stops.
    int open_beside_a_peer(const std::function<void()> &limit) {
        const TemporaryDirectory directory;
        const std::string path = directory.file("s");
        auto peer = std::async(std::launch::async, [&] {
            return GetParam() == Role::kListener ? send_one(path) : receive_one(path);
        });
        Child limited([&] { return open_below(GetParam(), path, limit); });
        const int code = limited.wait();
        const Exchange next = GetParam() == Role::kListener ? receive_one(path) : send_one(path);
        EXPECT_EQ(next.code, TICKRING_OK);
        EXPECT_EQ(peer.get().code, TICKRING_OK);
        EXPECT_TRUE(directory.is_empty());
        return code;
    }
};

void allow_more_descriptors(rlim_t count) {
    int last = -1;
    for (int made = 0; made >= 0;) { // no gap is left below the limit
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = 64;
        setrlimit(RLIMIT_NOFILE, &limit);
        made = open("/dev/null", O_RDONLY | O_CLOEXEC);
        last = made >= 0 ? made : last;
    }
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = static_cast<rlim_t>(last) + 1 + count;
    setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_P(LimitTest, TooFewDescriptorsAreNoResourcesAtWhicheverCallTheyEnd) {
    int code = TICKRING_NO_RESOURCES;
    rlim_t count = 0;
    for (; code != TICKRING_OK && count < 16; ++count) {
        code = open_beside_a_peer([&] { allow_more_descriptors(count); });
        EXPECT_TRUE(code == TICKRING_OK || code == TICKRING_NO_RESOURCES)
            << code << " with " << count << " descriptors left";
    }
    EXPECT_EQ(code, TICKRING_OK);
    EXPECT_GT(count, 2U); // at least a socket, and the peer's object or its process
}

std::size_t mapped_bytes() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST_P(LimitTest, TooFewAddressesAreNoResourcesAtWhicheverCallTheyEnd) {
    int code = TICKRING_NO_RESOURCES;
    std::size_t pages = 0;
    for (; code != TICKRING_OK && pages < 64; ++pages) {
        code = open_beside_a_peer([&] {
            const rlim_t most = mapped_bytes() + pages * 4096;
            const rlimit limit{most, most};
            setrlimit(RLIMIT_AS, &limit);
        });
        EXPECT_TRUE(code == TICKRING_OK || code == TICKRING_NO_RESOURCES)
            << code << " with " << pages << " pages left";
    }
    EXPECT_EQ(code, TICKRING_OK);
    EXPECT_GT(pages, 6U); // two objects of some pages, and the bus
}

TEST_P(LimitTest, FilesThatMayNotGrowAreNoResourcesAndNoSignal) {
    const int code = open_beside_a_peer([] {
        const rlimit limit{4096, 4096};
        setrlimit(RLIMIT_FSIZE, &limit);
    });
    EXPECT_EQ(code, TICKRING_NO_RESOURCES);
}

INSTANTIATE_TEST_SUITE_P(Ends, LimitTest, testing::Values(Role::kListener, Role::kConnector),
                         [](const auto &tested) {
                             return tested.param == Role::kListener ? "Listener" : "Connector";
                         });

} // namespace
} // namespace tickring::faults
