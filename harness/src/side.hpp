// SPDX-License-Identifier: Apache-2.0
// One participant during a run: its process, where it is in the protocol, what went wrong with it.
#pragma once

#include "child.hpp"
#include "line_reader.hpp"
#include "protocol.hpp"

#include <memory>
#include <optional>
#include <string>

namespace tickring {

// How bad a trouble is: the worst one names the cause, the others follow from it.
enum class Severity { kNone, kEnd, kBreach, kCrash, kRefusal };

struct Trouble {
    Severity severity = Severity::kNone;
    std::string text;
};

class Side {
  public:
    explicit Side(Role role) : role_(role) {}

    void start(const Launch &launch);
    void go(std::uint64_t start_ns);

    // Takes what the participant has written, and its ending. True when anything came.
    bool pump();

    // Asks it to stop.
    void terminate();
    // Ends it when it did not.
    void kill();

    [[nodiscard]] Role role() const { return role_; }
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool started() const { return child_ != nullptr; }
    [[nodiscard]] bool alive() const { return child_ && child_->alive(); }
    [[nodiscard]] bool done() const { return child_ && !child_->alive(); }
    [[nodiscard]] const Child *child() const { return child_.get(); }
    [[nodiscard]] bool out_ended() const { return out_.ended(); }
    [[nodiscard]] bool err_ended() const { return err_.ended(); }
    [[nodiscard]] const std::optional<Report> &report() const { return report_; }

    [[nodiscard]] Trouble trouble() const;

  private:
    bool take_lines();
    [[nodiscard]] std::string with_stderr(std::string text) const;
    [[nodiscard]] bool refused() const;

    Role role_;
    State state_ = State::kStarting;
    std::unique_ptr<Child> child_;
    LineReader out_;
    Tail err_;
    std::optional<Report> report_;
    std::string breach_;
    bool stopped_by_harness_ = false; // how it ends from here on is no trouble of its own
};

} // namespace tickring
