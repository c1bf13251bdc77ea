// SPDX-License-Identifier: Apache-2.0
// consumer.hpp: the consumer's side of the ring.
//
// The commit word of a run covers all its records, so one look serves a whole batch, and several of
// them can be held and given back together. What the producer writes is not trusted: each word is
// loaded once, and a record must lie in what is left of its run, a run in what the released
// position leaves to the producer.
#pragma once

#include <tickring/memory.hpp>

namespace tickring {

// An acquired message; valid until commit().
struct Message {
    const std::byte *payload = nullptr; // aligned to 16 bytes
    std::uint32_t payload_bytes = 0;    // 0 to max_payload_bytes()
    std::uint32_t type_id = 0;          // as the producer gave it
};

// Counted since the consumer was made.
struct ConsumerStats {
    std::uint64_t messages_count = 0;     // acquired
    std::uint64_t payload_bytes = 0;      // in those messages
    std::uint64_t publications_count = 0; // runs begun
    std::uint64_t wakes_count = 0;        // sent to the producer
};

// Memory is ConsumerMemory, or a model of it. One thread at a time.
template <class Memory> class BasicConsumer {
  public:
    // What both sides agree on.
    struct Config {
        std::uint64_t capacity_bytes = 0; // a power of two, whole pages
        bool peer_sleeps = true;          // false: the producer has declared that it only spins
        std::uint64_t origin = 0;         // position of the first record
    };

    BasicConsumer(const Memory &memory, const Config &config) noexcept
        : memory_(memory), capacity_bytes_(config.capacity_bytes), peer_sleeps_(config.peer_sleeps),
          position_(config.origin), released_(config.origin), ahead_(config.origin) {}

    // The next message: kOk, kEmpty, kBadState (one is acquired already), or why there will be no
    // more: kPeerClosed, kPeerDead, kCorrupt. Never waits.
    Code try_acquire(Message &message) noexcept {
        if (acquired_bytes_ != 0) {
            return Code::kBadState;
        }
        if (run_bytes_left_ == 0) {
            if (Code code = next_run(); code != Code::kOk) {
                return code;
            }
        }
        first_acquired_ = stats_.messages_count;
        return take(message, 0);
    }

    // One more of the run that the acquired message is of; both are held until commit(). kOk,
    // kEmpty (the run has no more, or commit() gives back an eighth of the ring as it is),
    // kBadState (nothing acquired), kCorrupt (what is acquired stays so). Never waits.
    Code try_acquire_more(Message &message) noexcept {
        if (acquired_bytes_ == 0) {
            return Code::kBadState;
        }
        if (acquired_bytes_ == run_bytes_left_ ||
            position_ + acquired_bytes_ - released_ >= capacity_bytes_ / 8) {
            return ended_ == Code::kCorrupt ? Code::kCorrupt : Code::kEmpty;
        }
        return take(message, acquired_bytes_);
    }

    // What is published from the next message on, in bytes, as far as `enough` is looked for. Takes
    // nothing: a producer that writes nonsense changes this answer and no message. Never waits.
    std::uint64_t look_ahead(std::uint64_t enough) noexcept {
        if (ahead_ - position_ > capacity_bytes_) { // passed since, or never looked
            ahead_ = position_ + run_bytes_left_;
        }
        while (ahead_ - position_ < enough) {
            const std::uint32_t commit = memory_.load_commit(ahead_);
            if (commit == 0 || commit > largest_commit()) {
                break;
            }
            ahead_ += commit * kUnitBytes;
        }
        return ahead_ - position_;
    }

    // Done with all that is acquired. A producer that waits for room inside of it can go on from
    // here, not before. kOk, kBadState (nothing acquired).
    Code commit() noexcept {
        if (acquired_bytes_ == 0) {
            return Code::kBadState;
        }
        position_ += acquired_bytes_;
        run_bytes_left_ -= acquired_bytes_;
        acquired_bytes_ = 0;
        const std::uint32_t wanted = memory_.load_wants_room();
        if (run_bytes_left_ == 0 || position_ - released_ >= capacity_bytes_ / 8 ||
            (wanted != 0 && reaches(position_, wanted))) {
            release(wanted);
        }
        return Code::kOk;
    }

    // Gives back what has been read and tells the producer that nobody reads any more.
    void close() noexcept {
        released_ = position_;
        memory_.store_released(released_ | TICKRING_RELEASED_CLOSED);
        if (peer_sleeps_) {
            ++stats_.wakes_count;
            memory_.wake_producer();
        }
        acquired_bytes_ = 0;
        run_bytes_left_ = 0;
        memory_.store_status(TICKRING_PEER_CLOSED);
        end(Code::kBadState);
    }

    // Sleeps until the next run is published. Only this side writes the announcement.
    SleepEnd sleep(std::int64_t until_ns) noexcept {
        memory_.store_waiting(wait_mark(position_));
        memory_.fence(); // the announcement, and the last release, before the looks that follow
        wake_if_wanted(memory_.load_wants_room());
        SleepEnd end = SleepEnd::kWoken;
        if (memory_.load_commit(position_) == 0) {
            end = memory_.sleep_on_commit(position_, until_ns);
        }
        memory_.store_waiting(0);
        return end;
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT, as the producer has left it.
    [[nodiscard]] std::uint32_t peer_status() const noexcept { return memory_.load_peer_status(); }

    // Latches why there will be no more; tells the peer when it is corruption.
    void end(Code code) noexcept {
        ended_ = code;
        if (code == Code::kCorrupt) {
            memory_.store_status(static_cast<std::uint32_t>(code));
        }
    }

    // Messages of the same run before the first acquired one, or before the next one.
    [[nodiscard]] std::uint32_t run_position() const noexcept {
        const std::uint64_t next = acquired_bytes_ != 0 ? first_acquired_ : stats_.messages_count;
        return static_cast<std::uint32_t>(next - run_begin_);
    }
    [[nodiscard]] const Fault &fault() const noexcept { return fault_; }
    [[nodiscard]] const ConsumerStats &stats() const noexcept { return stats_; }

  private:
    // Hands out the record behind so many acquired bytes, of a run that goes on there.
    Code take(Message &message, std::uint64_t held_bytes) noexcept {
        const std::uint64_t position = position_ + held_bytes;
        const std::uint64_t bytes_left = run_bytes_left_ - held_bytes;
        const std::uint32_t payload_bytes = memory_.load_payload_bytes(position);
        const std::uint64_t bytes = record_bytes(payload_bytes);
        if (bytes > bytes_left) {
            return corrupt({"payload_bytes", payload_bytes, bytes_left - kRecordHeaderBytes});
        }
        acquired_bytes_ = held_bytes + bytes;
        ++stats_.messages_count;
        stats_.payload_bytes += payload_bytes;
        message = {memory_.payload(position), payload_bytes, memory_.load_type_id(position)};
        return Code::kOk;
    }

    // Between runs released_ is position_, so this is what may be there.
    [[nodiscard]] std::uint64_t largest_commit() const noexcept {
        return capacity_bytes_ / kUnitBytes - 1;
    }

    Code next_run() noexcept {
        if (ended_ != Code::kOk && ended_ != Code::kPeerDead) {
            return ended_;
        }
        const std::uint32_t commit = memory_.load_commit(position_);
        if (commit == 0) {
            return nothing_there();
        }
        if (commit == TICKRING_COMMIT_CLOSED) {
            end(Code::kPeerClosed);
            return ended_;
        }
        if (commit > largest_commit()) {
            return corrupt({"commit", commit, largest_commit()});
        }
        run_bytes_left_ = commit * kUnitBytes;
        run_begin_ = stats_.messages_count;
        ++stats_.publications_count;
        return Code::kOk;
    }

    // The fence that a release does without stands here, off the path of a busy stream.
    Code nothing_there() noexcept {
        if (release_unfenced_) {
            release_unfenced_ = false;
            memory_.fence(); // the last release before the look at wants_room
            wake_if_wanted(memory_.load_wants_room());
        }
        return ended_ == Code::kPeerDead ? Code::kPeerDead : Code::kEmpty;
    }

    void release(std::uint32_t wanted) noexcept {
        memory_.store_released(position_);
        released_ = position_;
        if (peer_sleeps_) {
            release_unfenced_ = true;
            wake_if_wanted(wanted);
        }
    }

    // Wakes the producer once per position that it names.
    void wake_if_wanted(std::uint32_t wanted) noexcept {
        if (!peer_sleeps_ || wanted == 0) {
            woken_mark_ = 0;
            return;
        }
        if (wanted != woken_mark_ && reaches(released_, wanted)) {
            woken_mark_ = wanted;
            ++stats_.wakes_count;
            memory_.wake_producer();
        }
    }

    Code corrupt(const Fault &fault) noexcept {
        fault_ = fault;
        run_bytes_left_ = acquired_bytes_; // what was handed out before is still there
        end(Code::kCorrupt);
        return ended_;
    }

    Memory memory_;
    std::uint64_t capacity_bytes_;
    bool peer_sleeps_;
    bool release_unfenced_ = false;
    Code ended_ = Code::kOk;
    std::uint32_t woken_mark_ = 0;
    std::uint64_t position_;           // of the next record, or of the first acquired one
    std::uint64_t released_;           // as last stored
    std::uint64_t ahead_;              // end of the last run seen by look_ahead()
    std::uint64_t run_bytes_left_ = 0; // of the run at position_
    std::uint64_t acquired_bytes_ = 0; // records from position_ on handed out; 0: none
    std::uint64_t run_begin_ = 0;      // messages_count as the run began
    std::uint64_t first_acquired_ = 0; // the same as the first acquired one was
    ConsumerStats stats_;
    Fault fault_;
};

using Consumer = BasicConsumer<ConsumerMemory>;

} // namespace tickring
