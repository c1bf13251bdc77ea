// SPDX-License-Identifier: Apache-2.0
// Every system call that an end makes while it is set up: the process is killed before it and after
// it, or is told that it failed. The other end has to go on with the next peer, nothing may stay.
#include "../core/may_trace.hpp"
#include "../core/temporary_directory.hpp"
#include "ends.hpp"
#include "traced_child.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <future>
#include <vector>

#include <sys/syscall.h>

namespace tickring::faults {
namespace {

enum class Role { kListener, kConnector };

constexpr int kLeaks = 100; // beyond every code of the ring
constexpr int kSaysNothing = 101;

std::ptrdiff_t mappings_of_rings_count() {
    std::ifstream maps("/proc/self/maps");
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(maps, line);) {
        count += line.find("memfd:tickring") != std::string::npos ? 1 : 0;
    }
    return count;
}

int open_end(Role role, const std::string &path, End &end) {
    return role == Role::kListener ? end.listen(path) : end.connect(path);
}

// Opens its end, and looks at what is left of a failure. The code, or what is wrong.
int be_the_victim(Role role, const std::string &path) {
    const auto descriptors = open_descriptors_count();
    End end;
    TracedChild::mark();
    const int code = open_end(role, path, end);
    TracedChild::mark();
    if (code == TICKRING_OK) {
        _exit(code); // without closing
    }
    if (std::strlen(tickring_last_error_text()) == 0 || tickring_last_error() != code) {
        return kSaysNothing;
    }
    const bool leaks = end.bus != nullptr || open_descriptors_count() != descriptors ||
                       mappings_of_rings_count() != 0;
    return leaks ? kLeaks : code;
}

class TracedTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!may_trace()) {
            GTEST_SKIP() << "a process may not be traced here";
        }
    }
};

// A victim beside a survivor, whose other peer comes when the victim is over.
class SetUpTest : public TracedTest, public testing::WithParamInterface<Role> {
  protected:
    // What the victim ended with: whatever `fate` did to it.
    template <class Fate> int survive(const Fate &fate) {
        const TemporaryDirectory directory;
        const std::string path = directory.file("s");
        const auto descriptors = open_descriptors_count();
        TracedChild victim([&] { return be_the_victim(GetParam(), path); });
        auto survivor = std::async(std::launch::async, [&] {
            return GetParam() == Role::kListener ? send_one(path) : receive_one(path);
        });
        const int end = fate(victim);
        const Exchange next = GetParam() == Role::kListener ? receive_one(path) : send_one(path);
        const Exchange survived = survivor.get();
        EXPECT_EQ(next.code, TICKRING_OK) << "the next peer";
        EXPECT_EQ(survived.code, TICKRING_OK) << "the survivor";
        EXPECT_TRUE(directory.is_empty()) << "a file is left";
        EXPECT_EQ(open_descriptors_count(), descriptors) << "a descriptor is left";
        refusals_count += survived.refusals_count;
        return end;
    }
    int refusals_count = 0;
};

TEST_P(SetUpTest, AKillAtAnySystemCallLeavesTheOtherEndToTheNextPeer) {
    int stops_count = 0;
    for (bool is_over = false; !is_over && !HasFailure(); ++stops_count) {
        SCOPED_TRACE(stops_count);
        survive([&](TracedChild &victim) {
            for (int stop = 0; stop <= stops_count && !is_over; ++stop) {
                is_over = !victim.next_stop();
            }
            victim.kill();
            return 0;
        });
    }
    EXPECT_GT(stops_count, 40) << "the victim makes hardly any call";
    EXPECT_EQ(refusals_count, 0) << "the dead have refused somebody";
    RecordProperty("stops", stops_count);
}

// Calls whose failure cannot be answered: what they end is gone for the process either way.
bool ends_something(long call) {
    constexpr std::array kCalls{SYS_close, SYS_munmap, SYS_unlink, SYS_exit_group};
    for (const long other : kCalls) {
        if (call == other) {
            return true;
        }
    }
    return false;
}

TEST_P(SetUpTest, ARefusedSystemCallIsAnErrorWithoutALeak) {
    constexpr std::array kErrors{EMFILE, ENOMEM, EINTR, EPERM, ENOSYS, EINVAL, ENOSPC};
    int refused_count = 0;
    for (const int error_number : kErrors) {
        bool is_over = false;
        for (int number = 0; !is_over && !HasFailure(); ++number) {
            long call = -1;
            const int end = survive([&](TracedChild &victim) {
                int entries = -1;
                while (entries < number && !is_over) {
                    is_over = !victim.next_stop();
                    entries += !is_over && victim.is_at_entry() ? 1 : 0;
                }
                call = victim.call();
                if (!is_over && !ends_something(call)) {
                    victim.refuse(error_number);
                    ++refused_count;
                }
                return victim.finish();
            });
            SCOPED_TRACE("call " + std::to_string(call) + ", the " + std::to_string(number) +
                         "th, answers error " + std::to_string(error_number));
            EXPECT_GE(end, TICKRING_OK) << "killed by a signal";
            EXPECT_NE(end, kLeaks);
            EXPECT_NE(end, kSaysNothing);
            EXPECT_LE(end, TICKRING_UNSUPPORTED);
        }
    }
    EXPECT_GT(refused_count, 100);
    RecordProperty("refusals", refused_count);
}

INSTANTIATE_TEST_SUITE_P(Ends, SetUpTest, testing::Values(Role::kListener, Role::kConnector),
                         [](const auto &tested) {
                             return tested.param == Role::kListener ? "Listener" : "Connector";
                         });

constexpr int kIsMade = 0; // no error

struct CallOfListener {
    long call;
    int error_number; // that it is refused with
};

void run_to_entry(TracedChild &child, long call) {
    while (child.next_stop() && !(child.is_at_entry() && child.call() == call)) {
    }
}

// The code of a listener that comes to these calls, one after the other, while somebody connects.
// The path then has to serve who connected, and who listens next.
int code_of_listener(const std::vector<CallOfListener> &calls) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("s");
    TracedChild victim([&] { return be_the_victim(Role::kListener, path); });
    auto other = std::async(std::launch::async, [&] { return send_one(path); });
    for (const auto &[call, error_number] : calls) {
        run_to_entry(victim, call);
        if (error_number != kIsMade) {
            victim.refuse(error_number);
        }
    }
    const int code = victim.finish();
    EXPECT_EQ(receive_one(path).code, TICKRING_OK);
    EXPECT_EQ(other.get().code, TICKRING_OK);
    return code;
}

struct Refusal {
    const char *name;
    CallOfListener first; // of its calls of this number
    int code;
};

class RefusalTest : public TracedTest, public testing::WithParamInterface<Refusal> {};

TEST_P(RefusalTest, HasTheCodeThatSaysWhatIsMissing) {
    EXPECT_EQ(code_of_listener({GetParam().first}), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, RefusalTest,
    testing::Values(Refusal{"AMemoryFileIsMadeAgainWithoutAFlagThatIsNotKnown",
                            {SYS_memfd_create, EINVAL},
                            TICKRING_OK},
                    Refusal{"NoMemoryFiles", {SYS_memfd_create, ENOSYS}, TICKRING_UNSUPPORTED},
                    Refusal{
                        "TooManyMemoryFiles", {SYS_memfd_create, EMFILE}, TICKRING_NO_RESOURCES},
                    Refusal{"NoMemoryForAFile", {SYS_memfd_create, ENOMEM}, TICKRING_NO_RESOURCES},
                    Refusal{"NoSpace", {SYS_fallocate, ENOSPC}, TICKRING_NO_RESOURCES},
                    Refusal{"NoAddresses", {SYS_mmap, ENOMEM}, TICKRING_NO_RESOURCES},
                    Refusal{"BusySeals", {SYS_fcntl, EBUSY}, TICKRING_NO_RESOURCES},
                    Refusal{"ForbiddenSeals", {SYS_fcntl, EPERM}, TICKRING_NO_RESOURCES},
                    Refusal{"UnknownSeals", {SYS_fcntl, EINVAL}, TICKRING_UNSUPPORTED},
                    Refusal{"NoDescriptorForAPeer", {SYS_accept4, EMFILE}, TICKRING_NO_RESOURCES},
                    Refusal{"NoDescriptorForASocket", {SYS_socket, EMFILE}, TICKRING_NO_RESOURCES},
                    Refusal{"AReadOnlyFileSystem", {SYS_openat, EROFS}, TICKRING_PERMISSION},
                    Refusal{"AForbiddenDirectory", {SYS_openat, EACCES}, TICKRING_PERMISSION},
                    Refusal{"NoLocks", {SYS_flock, ENOLCK}, TICKRING_NO_RESOURCES},
                    Refusal{"ASignalInAWait", {SYS_poll, EINTR}, TICKRING_INTERRUPTED}),
    [](const auto &tested) { return tested.param.name; });

class PeerProcessTest : public TracedTest {};

// By either way that the kernel has to give a descriptor of the peer's process.
TEST_F(PeerProcessTest, ThatCannotBeWatchedForLackOfADescriptorIsNoResources) {
    const int code = code_of_listener({{SYS_getsockopt, kIsMade}, // for the peer's user
                                       {SYS_getsockopt, EMFILE},
                                       {SYS_pidfd_open, EMFILE}});
    EXPECT_EQ(code, TICKRING_NO_RESOURCES);
}

// Runs to the return of the call by which an end asks who it is itself, and answers another user:
// who the peer is is the kernel's word, which only a process of root could change.
void pretend_to_be_user(TracedChild &child, unsigned user) {
    while (child.next_stop() && (child.call() != SYS_geteuid || child.is_at_entry())) {
    }
    child.replace_answer(static_cast<long>(user));
}

class OtherUserTest : public TracedTest {
  protected:
    const TemporaryDirectory directory;
    const std::string path = directory.file("s");
};

TEST_F(OtherUserTest, IsRefusedByTheListenerWhichGoesOn) {
    TracedChild listener([&] {
        TracedChild::mark();
        return receive_one(path).code;
    });
    auto foreigner = std::async(std::launch::async, [&] {
        End end;
        const int code = end.connect(path);
        return std::pair(code, std::string(tickring_last_error_text()));
    });
    pretend_to_be_user(listener, 4711);
    pretend_to_be_user(listener, 4711); // asked again for the words
    auto friendly = std::async(std::launch::async, [&] {
        foreigner.wait();
        return send_one(path).code;
    });
    EXPECT_EQ(listener.finish(), TICKRING_OK);
    EXPECT_EQ(friendly.get(), TICKRING_OK);
    const auto [code, text] = foreigner.get();
    EXPECT_EQ(code, TICKRING_PERMISSION) << text;
    EXPECT_NE(text.find("must be 4711"), std::string::npos) << text;
}

TEST_F(OtherUserTest, IsRefusedByTheConnector) {
    TracedChild connector([&] { return be_the_victim(Role::kConnector, path); });
    auto listener = std::async(std::launch::async, [&] { return receive_one(path).code; });
    pretend_to_be_user(connector, 4711);
    EXPECT_EQ(connector.finish(), TICKRING_PERMISSION);
    EXPECT_EQ(send_one(path).code, TICKRING_OK);
    EXPECT_EQ(listener.get(), TICKRING_OK);
}

} // namespace
} // namespace tickring::faults
