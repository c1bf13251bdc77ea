// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include "clock.hpp"
#include "launch.hpp"
#include "side.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <poll.h>
#include <vector>

namespace tickring {
namespace {

constexpr std::uint64_t kTickNs = 100'000'000;
constexpr std::uint64_t kLeadNs = 50'000'000;        // from "go" to the start of the schedule
constexpr std::uint64_t kStopNs = 2 * kNsPerSecond;  // to end after SIGTERM
constexpr std::uint64_t kSettleNs = 300'000'000;     // the cause may show after its consequence
constexpr std::uint64_t kSlackNs = 2 * kNsPerSecond; // a participant's own time-out comes first

// The run cannot go on; the reasons are with the sides.
struct Stop {};

class Session {
  public:
    Session(const RunPlan &plan, Signals &signals, Progress &progress)
        : plan_(plan), signals_(signals), progress_(progress),
          observer_(plan.placement, plan.probe_every_ns) {}

    RunOutcome run() {
        try {
            start_both();
            go();
            await([this] { return consumer_.done() && producer_.done(); },
                  "the run did not come to its end", planned_end_ns());
        } catch (const Stop &) {
            wind_down();
        }
        observer_.end();
        progress_.end_bar();
        return outcome();
    }

  private:
    void start_both();
    void go();
    void await(const std::function<bool()> &done, const char *otherwise, std::uint64_t not_before);
    void pump();
    void wind_down();
    bool wait_for_end(std::uint64_t limit_ns);
    void show_progress();
    [[nodiscard]] bool troubled() const;
    [[nodiscard]] std::uint64_t planned_end_ns() const;
    [[nodiscard]] std::uint64_t received() const;
    [[nodiscard]] RunOutcome outcome() const;
    [[nodiscard]] std::string trouble() const;

    const RunPlan &plan_;
    Signals &signals_;
    Progress &progress_;
    Observer observer_;
    Side consumer_{Role::kConsumer};
    Side producer_{Role::kProducer};
    std::uint64_t start_ns_ = 0;
    std::uint64_t last_activity_ns_ = 0;
    std::uint64_t received_ = 0;
    int signal_ = 0;
    int signal_count_ = 0;
    std::string refusal_;
    std::string timed_out_;
};

void Session::start_both() {
    last_activity_ns_ = monotonic_ns();
    consumer_.start(launch_of(plan_, Role::kConsumer));
    await([this] { return consumer_.state() != State::kStarting; },
          "the consumer did not say 'listening'", 0);
    producer_.start(launch_of(plan_, Role::kProducer));
    last_activity_ns_ = monotonic_ns();
    await([this] { return producer_.state() == State::kReady; }, "the producer did not say 'ready'",
          0);
    await([this] { return consumer_.state() == State::kReady; }, "the consumer did not say 'ready'",
          0);
    observer_.set_processes(consumer_.child()->pid(), producer_.child()->pid());
    if (plan_.scenario.clock == "monotonic") {
        refusal_ = observer_.monotonic_obstacle();
    }
    if (!refusal_.empty()) {
        throw Stop{};
    }
}

void Session::go() {
    observer_.begin(kLeadNs);
    start_ns_ = run_clock_ns(plan_.scenario.clock) + kLeadNs;
    consumer_.go(start_ns_);
    producer_.go(start_ns_);
    observer_.look_before();
    last_activity_ns_ = monotonic_ns();
    progress_.phase(concat(plan_.scenario.name, ": running"));
}

// When the run should be over by its own schedule, on CLOCK_MONOTONIC; 0: it has none.
std::uint64_t Session::planned_end_ns() const {
    const auto &scenario = plan_.scenario;
    std::uint64_t length_ns = scenario.duration_ns;
    if (scenario.rate_per_s > 0 && scenario.messages > 0) {
        length_ns = scenario.messages / scenario.rate_per_s * kNsPerSecond;
    }
    if (plan_.replay) {
        length_ns = plan_.replay->length_ns;
    }
    return length_ns == 0 ? 0 : monotonic_ns() + kLeadNs + length_ns;
}

void Session::await(const std::function<bool()> &done, const char *otherwise,
                    std::uint64_t not_before) {
    while (true) {
        if (troubled() || signal_ != 0) {
            throw Stop{};
        }
        if (done()) {
            return;
        }
        const auto deadline = std::max(not_before, last_activity_ns_) + plan_.timeout_ns + kSlackNs;
        if (monotonic_ns() >= deadline) {
            timed_out_ = concat(otherwise, ": nothing happened for ",
                                static_cast<double>(plan_.timeout_ns + kSlackNs) / 1e9, " s");
            throw Stop{};
        }
        pump();
    }
}

// Waits for the next thing to happen, a tick at most, and takes it in.
void Session::pump() {
    std::vector<pollfd> watched{{signals_.fd(), POLLIN, 0}};
    for (const auto *side : {&consumer_, &producer_}) {
        if (side->alive()) {
            watched.push_back({side->child()->pidfd(), POLLIN, 0});
            if (!side->out_ended()) {
                watched.push_back({side->child()->out(), POLLIN, 0});
            }
            if (!side->err_ended()) {
                watched.push_back({side->child()->err(), POLLIN, 0});
            }
        }
    }
    ::poll(watched.data(), watched.size(), static_cast<int>(kTickNs / 1'000'000));
    while (const auto number = signals_.take()) {
        signal_ = signal_ == 0 ? *number : signal_;
        ++signal_count_;
    }
    const bool consumer_came = consumer_.pump();
    const bool producer_came = producer_.pump();
    if (consumer_came || producer_came) {
        last_activity_ns_ = monotonic_ns();
    }
    observer_.look(consumer_.state() == State::kRunning && producer_.state() == State::kRunning);
    show_progress();
}

std::uint64_t Session::received() const {
    std::uint64_t count = 0;
    const Fd file(::open((plan_.record / "progress").c_str(), O_RDONLY | O_CLOEXEC));
    return file.open() && ::pread(file.get(), &count, sizeof count, 0) == sizeof count ? count : 0;
}

void Session::show_progress() {
    if (start_ns_ == 0) {
        return;
    }
    if (const auto count = received(); count != received_) {
        received_ = count;
        last_activity_ns_ = monotonic_ns();
        progress_.update(received_, plan_.scenario.messages);
    }
}

bool Session::troubled() const {
    return consumer_.trouble().severity != Severity::kNone ||
           producer_.trouble().severity != Severity::kNone;
}

bool Session::wait_for_end(std::uint64_t limit_ns) {
    const auto deadline = monotonic_ns() + limit_ns;
    while (consumer_.alive() || producer_.alive()) {
        if (signal_count_ > 1 || monotonic_ns() >= deadline) {
            return false;
        }
        pump();
    }
    return true;
}

// The producer first, so that the consumer can still receive and report what was sent.
void Session::wind_down() {
    if (signal_ == 0 && wait_for_end(kSettleNs)) {
        return;
    }
    producer_.terminate();
    if (start_ns_ == 0) {
        consumer_.terminate();
    }
    if (wait_for_end(kStopNs)) {
        return;
    }
    producer_.kill();
    consumer_.terminate();
    if (wait_for_end(kStopNs)) {
        return;
    }
    consumer_.kill();
    while (consumer_.alive() || producer_.alive()) {
        pump();
    }
}

std::string Session::trouble() const {
    std::array<Trouble, 2> troubles{consumer_.trouble(), producer_.trouble()};
    if (troubles[1].severity > troubles[0].severity) {
        std::swap(troubles[0], troubles[1]);
    }
    std::string text = signal_ == 0 ? "" : concat("interrupted by ", strsignal(signal_));
    for (const auto &part : {refusal_, timed_out_, troubles[0].text, troubles[1].text}) {
        text += text.empty() || part.empty() ? part : "; " + part;
    }
    return text;
}

RunOutcome Session::outcome() const {
    RunOutcome outcome;
    outcome.trouble = trouble();
    outcome.start_ns = start_ns_;
    outcome.seen = observer_.seen();
    if (signal_ != 0) {
        outcome.exit = Exit::kInterrupted;
    } else if (!refusal_.empty() || consumer_.trouble().severity == Severity::kRefusal ||
               producer_.trouble().severity == Severity::kRefusal) {
        outcome.exit = Exit::kUsage;
    } else if (!outcome.trouble.empty()) {
        outcome.exit = Exit::kBroken;
    }
    const auto side_outcome = [](const Side &side, const std::optional<unsigned> &cpu) {
        const bool pinned = side.started() && side.child()->pinned();
        return SideOutcome{side.report(), cpu, pinned};
    };
    outcome.consumer = side_outcome(consumer_, plan_.placement.consumer_cpu);
    outcome.producer = side_outcome(producer_, plan_.placement.producer_cpu);
    return outcome;
}

} // namespace

RunOutcome run_session(const RunPlan &plan, Signals &signals, Progress &progress) {
    return Session(plan, signals, progress).run();
}

} // namespace tickring
