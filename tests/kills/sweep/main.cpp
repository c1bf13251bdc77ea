// SPDX-License-Identifier: Apache-2.0
// SIGKILL at every instruction: a process is single-stepped into an operation of the ring and
// killed there, once for each instruction that the operation has. The other side must receive what
// was published, whole and in order, then learn of the death within 100 ms, and nothing else. Time
// for which one of the two was kept from a CPU does not count.
//
//     kill_sweep [--every N]      at every Nth instruction only; one line for each case
//
// Exit status: 0; 1 when a promise was broken; 2 for anything else on the command line; 77 where a
// process may not be traced.
#include "../../core/may_trace.hpp"
#include "../../core/run_delay.hpp"
#include "../../core/temporary_directory.hpp"
#include "cases.hpp"
#include "messages.hpp"
#include "victim.hpp"

#include <tickring/futex.hpp>
#include <tickring/tickring.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tickring::kills;
using tickring::monotonic_ns;

constexpr std::uint32_t kProducer = TICKRING_ROLE_PRODUCER;
constexpr std::uint32_t kConsumer = TICKRING_ROLE_CONSUMER;

constexpr std::int64_t kDeathIsKnownWithin_ns = 100'000'000;
constexpr unsigned kMostSteps = 1500; // of an operation that polls for ever

tickring_options_t options_of(const Case &tested, std::uint32_t role) {
    tickring_options_t options;
    tickring_options_init(&options);
    options.role = role;
    options.wait = tested.wait;
    options.publish_every = tested.publish_every;
    options.arrival_timeout_ns = kPatience_ns;
    return options;
}

// Stops before the operation and after it; the tracer does the rest.
[[noreturn]] void be_the_victim(const Case &tested, const std::string &path) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) {
        _exit(77);
    }
    const tickring_options_t options = options_of(tested, tested.victim);
    tickring_bus_t *bus = nullptr;
    if (tickring_bus_connect_with(path.c_str(), &options, &bus) != TICKRING_OK) {
        _exit(3);
    }
    if (tested.victim == kProducer) {
        send_many(bus, tested.sent_before);
    }
    std::raise(SIGSTOP); // the survivor does its part
    if (tested.victim == kConsumer) {
        receive_many(bus, tested.received_before);
    }
    std::raise(SIGSTOP);
    tested.operation(bus);
    std::raise(SIGSTOP);
    _exit(0);
}

// What the survivor saw: how many messages in all, the code at the end, and when that was.
struct Aftermath {
    unsigned received = 0;
    int code = TICKRING_OK;
    std::int64_t known_ns = 0;
    std::int64_t run_delay_ns = 0; // of the thread, up to then
};

Aftermath outlive(const Case &tested, tickring_bus_t *bus) {
    Aftermath found;
    if (tested.victim == kProducer) {
        found.received = tested.received_before;
        while (receive(bus, static_cast<unsigned char>(found.received))) {
            ++found.received;
        }
    } else {
        while (tickring_acquire_tx_blocking(bus, 8, kPatience_ns) != nullptr) {
            tickring_commit_tx(bus, 8, 1);
        }
    }
    found.code = tickring_last_error();
    found.known_ns = monotonic_ns();
    found.run_delay_ns = tickring::run_delay_ns(getpid(), gettid());
    return found;
}

void judge(const Case &tested, const Aftermath &found, std::int64_t due_ns, bool over) {
    const bool closes = std::string_view(tested.name).starts_with("close");
    const bool is_dead = found.code == TICKRING_PEER_DEAD;
    require(is_dead || (closes && found.code == TICKRING_PEER_CLOSED),
            "the survivor learns something else than the death");
    require(!over || !closes || !is_dead, "a peer that closed counts as dead");
    require(found.known_ns <= due_ns, "the death is known too late");
    if (tested.victim == kProducer) {
        require(found.received == tested.published_before ||
                    found.received == tested.published_after,
                "a part of a publication arrived, or none of an old one");
        require(!over || found.received == tested.published_after, "a publication is lost");
    }
}

// One life of a victim: killed after so many instructions. True: the operation has no more.
bool kill_after(const Case &tested, unsigned instructions, const std::string &path) {
    const pid_t child = fork();
    if (child == 0) {
        be_the_victim(tested, path);
    }
    const std::uint32_t role = tested.victim == kProducer ? kConsumer : kProducer;
    const tickring_options_t options = options_of(tested, role);
    tickring_bus_t *bus = nullptr;
    require(tickring_bus_listen_with(path.c_str(), kCapacity_bytes, &options, &bus) == TICKRING_OK,
            "the survivor does not come up");
    stop_at_mark(child);
    if (role == kConsumer) {
        receive_many(bus, tested.received_before);
    } else {
        send_many(bus, tested.sent_before);
    }
    ptrace(PTRACE_CONT, child, nullptr, nullptr);
    stop_at_mark(child);

    Aftermath found;
    std::thread survivor;
    std::atomic<pid_t> survivor_id = tested.survivor_waits ? 0 : gettid();
    if (tested.survivor_waits) {
        survivor = std::thread([&] {
            survivor_id = gettid();
            survivor_id.notify_one();
            found = outlive(tested, bus);
        });
        survivor_id.wait(0);
    }
    const End end = step(child, instructions);
    const std::int64_t before_ns = tickring::run_delay_ns(getpid(), survivor_id);
    const Death death = kill_and_reap(child);
    if (tested.survivor_waits) {
        survivor.join();
    } else {
        found = outlive(tested, bus);
    }
    tickring_bus_close(bus);
    const std::int64_t kept_ns = found.run_delay_ns - before_ns + death.run_delay_ns;
    judge(tested, found, death.killed_ns + kDeathIsKnownWithin_ns + kept_ns, end == End::kOver);
    return end != End::kReached;
}

// How often the victim was killed.
unsigned sweep(const Case &tested, unsigned every, const std::string &path) {
    unsigned points = 0;
    for (unsigned instructions = 0; instructions < kMostSteps; instructions += every) {
        ++points;
        try {
            if (kill_after(tested, instructions, path)) {
                break;
            }
        } catch (const std::exception &broken) {
            throw std::runtime_error(std::string(tested.name) + ", killed after " +
                                     std::to_string(instructions) +
                                     " instructions: " + broken.what());
        }
    }
    return points;
}

} // namespace

int main(int argc, char **argv) {
    unsigned every = 1;
    if (argc == 3 && std::string_view(argv[1]) == "--every") {
        every = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
    }
    if (every == 0 || (argc != 1 && argc != 3)) {
        std::cerr << "kill_sweep: nothing but --every N is allowed, N being 1 or more\n";
        return 2;
    }
    if (!tickring::may_trace()) {
        std::cout << "kill_sweep: skipped, a process may not be traced here\n";
        return 77;
    }
    const tickring::TemporaryDirectory directory;
    unsigned points = 0;
    try {
        for (const auto &tested : cases()) {
            const unsigned made = sweep(tested, every, directory.file("s"));
            std::cout << tested.name << ": " << made << " points\n" << std::flush;
            points += made;
        }
    } catch (const std::exception &broken) {
        std::cerr << "kill_sweep: " << broken.what() << '\n';
        return 1;
    }
    std::cout << points << " points in all\n";
    return 0;
}
