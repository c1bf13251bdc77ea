// SPDX-License-Identifier: Apache-2.0
// wake_race [SLEEPS [no-wake | held-store]]
//
// Two processes over a real ring: one sleeps whenever it waits, the other publishes, or releases,
// at a random moment of the first one's way to sleep and back. First a consumer that sleeps, then a
// producer. A wake is lost when a sleep ends by its time slice and what it waited for was there for
// more than 10 ms. Exits with 1 when one was.
//
// The second argument plants what must be seen, and 1 then says that it was not: one wake in 100 is
// not sent, or a store leaves its buffer only after the look at whether the other side sleeps, as
// it may without the fence.
#include "handshake.hpp"
#include "liveness.hpp"
#include "wake_race_plants.hpp"
#include "watched_waits.hpp"

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <random>
#include <string_view>
#include <vector>

#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace tickring;

constexpr std::uint64_t kCapacity_bytes = 65536;
constexpr std::uint32_t kLongestPause_ns = 12'000; // to sleep and to be woken takes about as long

struct RandomPause {
    std::mt19937 random{std::random_device{}()};
    void operator()() { pause_ns(random() % kLongestPause_ns); }
};

struct Count {
    const char *what;
    WatchedWaits waits;
    Code end = Code::kOk;

    // Whether the race went as it has to.
    [[nodiscard]] bool report(bool must_lose) const {
        std::printf("%s: %" PRIu64 " sleeps, %" PRIu64 " ended by their time slice, %" PRIu64
                    " wakes lost\n",
                    what, waits.stats.sleeps_count, waits.stats.sleep_timeouts_count,
                    waits.lost_count);
        return end == Code::kOk && (waits.lost_count != 0) == must_lose;
    }
};

// Both ends' view of one session; the other process has its own.
struct End {
    Session session;
    Liveness liveness{-1};
    MappedRing ring;
};

End agree(int socket, bool produces, bool sleeps) {
    End end;
    const std::int64_t deadline_ns = monotonic_ns() + 5'000'000'000;
    const SessionTerms terms{produces ? std::uint32_t{TICKRING_ROLE_PRODUCER}
                                      : std::uint32_t{TICKRING_ROLE_CONSUMER},
                             sleeps, kCapacity_bytes};
    const Code code = produces ? connector_handshake(socket, terms, deadline_ns, end.session)
                               : listener_handshake(socket, terms, deadline_ns, end.session);
    if (code != Code::kOk) {
        std::abort();
    }
    end.liveness = Liveness(socket);
    end.ring = ring_in(produces ? end.session.own : end.session.peer,
                       produces ? end.session.peer : end.session.own, kCapacity_bytes);
    return end;
}

template <class Memory> BasicProducer<Memory> producer_at(const End &end) {
    return {Memory(end.ring), {kCapacity_bytes, 1, end.session.peer_sleeps, 0}};
}

template <class Memory> BasicConsumer<Memory> consumer_at(const End &end) {
    return {Memory(end.ring), {kCapacity_bytes, end.session.peer_sleeps, 0}};
}

// Publishes its time, again and again, until the consumer closes. Never sleeps.
template <class Memory> void publish_at_random(End end) {
    auto producer = producer_at<Memory>(end);
    RandomPause pause;
    WaitStats waits;
    for (;;) {
        std::byte *payload = nullptr;
        if (wait_until(RoomWait<Memory>(producer, sizeof(std::int64_t)), SpinWait{}, end.liveness,
                       kForever, waits) != Code::kOk ||
            producer.try_acquire(sizeof(std::int64_t), payload) != Code::kOk) {
            return;
        }
        pause();
        const std::int64_t now_ns = monotonic_ns();
        std::memcpy(payload, &now_ns, sizeof now_ns);
        (void)producer.commit(sizeof now_ns, 0);
    }
}

Count sleep_for_messages(End end, std::uint64_t sleeps) {
    Count count{.what = "for a message", .waits = {}};
    auto consumer = consumer_at<ConsumerMemory>(end);
    while (count.waits.stats.sleeps_count < sleeps && count.end == Code::kOk) {
        Message message;
        count.end = wait_until(MessageWait<ConsumerMemory>{consumer, message}, ParkWait{},
                               end.liveness, kForever, count.waits.stats);
        if (count.end == Code::kOk) {
            std::int64_t published_ns = 0;
            std::memcpy(&published_ns, message.payload, sizeof published_ns);
            count.waits.note(published_ns);
            count.end = consumer.commit();
        }
    }
    consumer.close();
    return count;
}

// Each message fills the ring, and is released at a random moment. Never sleeps.
template <class Memory> void release_at_random(End end, std::atomic<std::int64_t> &released_ns) {
    auto consumer = consumer_at<Memory>(end);
    RandomPause pause;
    WaitStats waits;
    Message message;
    while (wait_until(MessageWait<Memory>{consumer, message}, SpinWait{}, end.liveness, kForever,
                      waits) == Code::kOk) {
        pause();
        released_ns = monotonic_ns();
        (void)consumer.commit();
    }
}

Count sleep_for_room(End end, std::uint64_t sleeps, const std::atomic<std::int64_t> &released_ns) {
    Count count{.what = "for room", .waits = {}};
    auto producer = producer_at<ProducerMemory>(end);
    const std::uint64_t bytes = max_payload_bytes(kCapacity_bytes);
    while (count.waits.stats.sleeps_count < sleeps && count.end == Code::kOk) {
        std::byte *payload = nullptr;
        count.end = wait_until(RoomWait<ProducerMemory>(producer, bytes), ParkWait{}, end.liveness,
                               kForever, count.waits.stats);
        if (count.end == Code::kOk) {
            count.waits.note(released_ns);
            count.end = producer.try_acquire(bytes, payload);
        }
        if (count.end == Code::kOk) {
            count.end = producer.commit(bytes, 0);
        }
    }
    producer.close();
    return count;
}

// The CPUs that the program was started on.
const std::vector<int> &allowed_cpus() {
    static const std::vector<int> cpus = [] {
        std::vector<int> found;
        cpu_set_t allowed;
        CPU_ZERO(&allowed);
        sched_getaffinity(0, sizeof allowed, &allowed);
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(cpu, &allowed)) {
                found.push_back(cpu);
            }
        }
        return found;
    }();
    return cpus;
}

// On one CPU the two would take turns, and nothing would race.
void stay_on_cpu(std::size_t number) {
    if (number < allowed_cpus().size()) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(allowed_cpus()[number], &one);
        sched_setaffinity(0, sizeof one, &one);
    }
}

// One process sleeps, the other wakes it.
template <class Sleeper, class Waker>
bool race(const Sleeper &sleeper, const Waker &waker, bool must_lose) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return false;
    }
    std::fflush(stdout);
    (void)allowed_cpus();
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        stay_on_cpu(1);
        waker(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    stay_on_cpu(0);
    const bool is_good = sleeper(ends[0]).report(must_lose);
    close(ends[0]);
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0 && is_good;
}

template <class WakingProducer, class WakingConsumer>
bool race_both_ways(std::uint64_t sleeps, std::atomic<std::int64_t> &released_ns, bool must_lose) {
    const bool messages =
        race([&](int socket) { return sleep_for_messages(agree(socket, false, true), sleeps); },
             [&](int socket) { publish_at_random<WakingProducer>(agree(socket, true, false)); },
             must_lose);
    const bool room = race(
        [&](int socket) { return sleep_for_room(agree(socket, true, true), sleeps, released_ns); },
        [&](int socket) {
            release_at_random<WakingConsumer>(agree(socket, false, false), released_ns);
        },
        must_lose);
    return messages && room;
}

} // namespace

int main(int argc, char **argv) {
    const std::uint64_t sleeps = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000) / 2;
    const std::string_view plant = argc > 2 ? argv[2] : "";
    void *const memory = mmap(nullptr, sizeof(std::atomic<std::int64_t>), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto &released_ns = *new (memory) std::atomic<std::int64_t>(0);
    bool is_good = false;
    if (plant.empty()) {
        is_good = race_both_ways<ProducerMemory, ConsumerMemory>(sleeps, released_ns, false);
    } else if (plant == "no-wake") {
        is_good = race_both_ways<ForgetfulProducerMemory, ForgetfulConsumerMemory>(
            sleeps, released_ns, true);
    } else if (plant == "held-store") {
        is_good =
            race_both_ways<HoldingProducerMemory, HoldingConsumerMemory>(sleeps, released_ns, true);
    }
    return is_good ? 0 : 1;
}
