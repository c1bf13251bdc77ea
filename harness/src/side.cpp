// SPDX-License-Identifier: Apache-2.0
#include "side.hpp"

#include "error.hpp"

#include <csignal>
#include <cstring>

namespace tickring {
namespace {

const char *name_of(State state) {
    switch (state) {
    case State::kStarting:
        return "starting";
    case State::kListening:
        return "waiting for the producer";
    case State::kReady:
        return "waiting for 'go'";
    case State::kRunning:
        return "running";
    case State::kReported:
        break;
    }
    return "ending, after its report";
}

} // namespace

void Side::start(const Launch &launch) { child_ = std::make_unique<Child>(launch); }

void Side::go(std::uint64_t start_ns) {
    state_ = State::kRunning;
    child_->write_line(concat("go ", start_ns));
}

bool Side::take_lines() {
    bool any = false;
    try {
        if (!out_.ended()) {
            out_.fill(child_->out());
        }
        while (const auto line = out_.next()) {
            any = true;
            if (breach_.empty()) {
                state_ = advance(role_, state_, *line, report_);
            }
        }
        if (out_.ended() && !out_.rest().empty() && breach_.empty()) {
            throw Breach(concat("it ended its output inside a line: '", shown(out_.rest()), "'"));
        }
    } catch (const Breach &breach) {
        breach_ = breach.what();
    }
    return any;
}

bool Side::pump() {
    if (!alive()) {
        return false;
    }
    // The ending first: what was written before it is then in the pipe.
    child_->reap();
    const bool any = take_lines();
    if (!err_.ended()) {
        err_.fill(child_->err());
    }
    return any || !child_->alive();
}

void Side::terminate() {
    pump(); // it may have ended by itself
    if (alive()) {
        stopped_by_harness_ = true;
        child_->close_input();
        child_->signal(SIGTERM);
    }
}

void Side::kill() {
    if (alive()) {
        child_->kill_group();
    }
}

std::string Side::with_stderr(std::string text) const {
    const auto tail = err_.text();
    return tail.empty() ? text : text + "; its standard error ends:\n" + tail;
}

Trouble Side::trouble() const {
    if (!started()) {
        return {};
    }
    const auto who = concat("the ", tickring::name_of(role_), " ");
    const auto &ending = child_->ending();
    if (refused()) {
        return {Severity::kRefusal, concat(who, "refused: ", err_.text())};
    }
    if (ending && ending->signal != 0 && !stopped_by_harness_) {
        return {Severity::kCrash,
                with_stderr(concat(who, "was killed by signal ", ending->signal, " (",
                                   strsignal(ending->signal), ") while ", name_of(state_)))};
    }
    if (!breach_.empty()) {
        return {Severity::kBreach, with_stderr(concat(who, "broke the contract: ", breach_))};
    }
    if (ending && ending->code != 0 && !stopped_by_harness_) {
        return {Severity::kCrash, with_stderr(concat(who, "ended with status ", ending->code,
                                                     " while ", name_of(state_)))};
    }
    if (ending && !report_ && !stopped_by_harness_) {
        return {Severity::kBreach, with_stderr(concat(who, "ended without a report"))};
    }
    if (report_ && report_->end != "complete" &&
        !(stopped_by_harness_ && report_->end == "stopped")) {
        return {Severity::kEnd,
                with_stderr(concat(who, "ended with '", report_->end, "'",
                                   report_->error.empty() ? "" : ": " + report_->error))};
    }
    return {};
}

// It was asked for something that it cannot do, and said so before it was ready.
bool Side::refused() const {
    constexpr int kAskedTooMuch = 2;
    const bool before_ready = state_ == State::kStarting || state_ == State::kListening;
    const auto &ending = child_->ending();
    return ending && before_ready && breach_.empty() && !stopped_by_harness_ &&
           ending->signal == 0 && ending->code == kAskedTooMuch;
}

} // namespace tickring
