// SPDX-License-Identifier: Apache-2.0
#include "socket_path.hpp"

#include "error.hpp"
#include "temporary_directory.hpp"

#include <tickring/futex.hpp>

#include <gtest/gtest.h>

#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tickring {
namespace {

class SocketPathTest : public testing::Test {
  protected:
    Code try_listening(const std::string &path) {
        ListeningSocket listening;
        const Code code = listen_on(path.c_str(), listening);
        stop_listening(listening);
        return code;
    }
    // A socket file whose listener is gone.
    void leave_stale_socket(const std::string &path) {
        const int left = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        ASSERT_EQ(bind(left, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
        close(left);
    }
    TemporaryDirectory directory;
};

TEST_F(SocketPathTest, ListensWithModeOwnerOnlyAndLeavesNothing) {
    ListeningSocket listening;
    ASSERT_EQ(listen_on(directory.file("s").c_str(), listening), Code::kOk);
    struct stat status{};
    ASSERT_EQ(stat(directory.file("s").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    stop_listening(listening);
    EXPECT_TRUE(directory.is_empty());
}

TEST_F(SocketPathTest, TakesPathsOfOneToAHundredAndSevenBytes) {
    const std::string base = directory.file("");
    EXPECT_EQ(try_listening(base + std::string(107 - base.size(), 'x')), Code::kOk);
    EXPECT_EQ(try_listening(base + std::string(108 - base.size(), 'x')), Code::kInvalidArgument);
    EXPECT_NE(std::string(last_error_text()).find("108 bytes"), std::string::npos);
    EXPECT_EQ(try_listening(""), Code::kInvalidArgument);
    EXPECT_TRUE(directory.is_empty());
}

TEST_F(SocketPathTest, ReplacesTheSocketOfADeadListener) {
    leave_stale_socket(directory.file("s"));
    EXPECT_EQ(try_listening(directory.file("s")), Code::kOk);
    EXPECT_TRUE(directory.is_empty());
}

TEST_F(SocketPathTest, RefusesThePathOfALiveListenerAndLeavesItAlone) {
    ListeningSocket first;
    ASSERT_EQ(listen_on(directory.file("s").c_str(), first), Code::kOk);
    EXPECT_EQ(try_listening(directory.file("s")), Code::kAddressInUse);
    int connected = -1;
    EXPECT_EQ(connect_to(directory.file("s").c_str(), 0, connected), Code::kOk);
    close(connected);
    stop_listening(first);
}

TEST_F(SocketPathTest, RespectsTheLockOfAListenerThatHasNoSocketYet) {
    const std::string path = directory.file("s");
    const int lock = open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_EQ(flock(lock, LOCK_EX | LOCK_NB), 0);
    EXPECT_EQ(try_listening(path), Code::kAddressInUse);
    close(lock);
    EXPECT_EQ(try_listening(path), Code::kOk);
}

TEST_F(SocketPathTest, RefusesALiveListenerThatHoldsNoLock) {
    const int foreign = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    directory.file("s").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(foreign, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    ASSERT_EQ(listen(foreign, 1), 0);
    EXPECT_EQ(try_listening(directory.file("s")), Code::kAddressInUse);
    EXPECT_TRUE(std::filesystem::exists(directory.file("s")));
    close(foreign);
}

TEST_F(SocketPathTest, LeavesAnythingThatIsNoSocketAlone) {
    std::ofstream(directory.file("file")) << "precious";
    std::filesystem::create_directory(directory.file("folder"));
    std::filesystem::create_symlink(directory.file("file"), directory.file("link"));
    std::filesystem::create_symlink(directory.file("nowhere"), directory.file("dangling"));
    ASSERT_EQ(mkfifo(directory.file("fifo").c_str(), 0600), 0);
    for (const char *name : {"file", "folder", "link", "dangling", "fifo"}) {
        EXPECT_EQ(try_listening(directory.file(name)), Code::kInvalidArgument) << name;
        EXPECT_NE(std::string(last_error_text()).find("not a socket"), std::string::npos);
        EXPECT_TRUE(std::filesystem::exists(std::filesystem::symlink_status(directory.file(name))))
            << name;
    }
    std::string text;
    std::ifstream(directory.file("file")) >> text;
    EXPECT_EQ(text, "precious");
}

TEST_F(SocketPathTest, RemovesOnlyItsOwnSocket) {
    ListeningSocket listening;
    ASSERT_EQ(listen_on(directory.file("s").c_str(), listening), Code::kOk);
    std::filesystem::remove(directory.file("s"));
    std::ofstream(directory.file("s")) << "somebody else's";
    stop_listening(listening);
    EXPECT_TRUE(std::filesystem::exists(directory.file("s")));
}

TEST_F(SocketPathTest, NamesTheTroubleWithTheDirectory) {
    EXPECT_EQ(try_listening(directory.file("missing/s")), Code::kNotFound);
    std::ofstream(directory.file("file")) << "";
    EXPECT_EQ(try_listening(directory.file("file/s")), Code::kNotFound);
    std::filesystem::create_directory(directory.file("open"));
    std::filesystem::permissions(directory.file("open"), std::filesystem::perms::all);
    EXPECT_EQ(try_listening(directory.file("open/s")), Code::kPermission);
    EXPECT_EQ(try_listening("/proc/s"), Code::kNotFound);
}

TEST_F(SocketPathTest, ConnectTellsWhyNobodyIsThere) {
    int connected = -1;
    EXPECT_EQ(connect_to(directory.file("absent").c_str(), 0, connected), Code::kNotFound);
    leave_stale_socket(directory.file("stale"));
    EXPECT_EQ(connect_to(directory.file("stale").c_str(), 0, connected), Code::kNotFound);
    EXPECT_NE(std::string(last_error_text()).find("stale"), std::string::npos);
    std::ofstream(directory.file("file")) << "";
    EXPECT_EQ(connect_to(directory.file("file").c_str(), 0, connected), Code::kInvalidArgument);
    EXPECT_EQ(connected, -1);
}

TEST_F(SocketPathTest, ConnectTriesAgainUntilItsDeadline) {
    int connected = -1;
    const std::int64_t start_ns = monotonic_ns();
    EXPECT_EQ(connect_to(directory.file("absent").c_str(), start_ns + 30'000'000, connected),
              Code::kTimeout);
    EXPECT_GE(monotonic_ns() - start_ns, 30'000'000);
}

} // namespace
} // namespace tickring
