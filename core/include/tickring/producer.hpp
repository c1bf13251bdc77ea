// SPDX-License-Identifier: Apache-2.0
// producer.hpp: the producer's side of the ring.
//
// A message goes through acquire (room), commit (header written, not visible) and publication
// (visible), which is in publisher.hpp.
#pragma once

#include <tickring/publisher.hpp>

#include <algorithm>
#include <span>

namespace tickring {

// Memory is ProducerMemory, or a model of it. One thread at a time.
template <class Memory> class BasicProducer : BasicPublisher<Memory> {
    using Publisher = BasicPublisher<Memory>;

  public:
    using Config = ProducerConfig;
    using Publisher::expect_commit;

    BasicProducer(const Memory &memory, const Config &config) noexcept
        : Publisher(memory, config) {}

    // Room for a message of up to payload_bytes. kOk, kFull, kTooLarge, kBadState (one is acquired
    // already), kPeerClosed, kPeerDead or kCorrupt once that is known. Never waits.
    Code try_acquire(std::uint64_t payload_bytes, std::byte *&payload) noexcept {
        if (!can_acquire(payload_bytes)) {
            if (Code code = make_room(payload_bytes); code != Code::kOk) {
                return code;
            }
        }
        payload = reserve(payload_bytes);
        return Code::kOk;
    }

    // The same where there is room by what is known; nullptr: try_acquire() looks again and says
    // why.
    [[gnu::always_inline]] std::byte *acquire_at_once(std::uint64_t payload_bytes) noexcept {
        return can_acquire(payload_bytes) ? reserve(payload_bytes) : nullptr;
    }

    // Makes the acquired message the first of a batch of up to `most`, 1 or more, of its size; each
    // payload lies one record_bytes() behind the one before. How many there is room for.
    std::uint64_t widen(std::uint64_t most) noexcept {
        const std::uint64_t bytes = record_bytes(reserved_ - kRecordHeaderBytes);
        if (most > room_bytes() / bytes) {
            refresh_released();
            most = std::min(most, room_bytes() / bytes);
        }
        expect_writing(most * bytes);
        reserved_ += most * kBatchOfOne;
        return most;
    }

    // kOk, kBadState (no message acquired, or a batch), kInvalidArgument (more than acquired;
    // rolled back).
    [[gnu::always_inline]] Code commit(std::uint64_t payload_bytes,
                                       std::uint32_t type_id) noexcept {
        if (reserved_ - 1 >= kBatchOfOne - 1) { // nothing, or a batch
            return Code::kBadState;
        }
        const bool fits = payload_bytes <= reserved_ - kRecordHeaderBytes;
        reserved_ = 0;
        if (!fits) {
            return Code::kInvalidArgument;
        }
        append(payload_bytes, type_id);
        return Code::kOk;
    }

    // Commits as many messages of the acquired batch as there are types, and gives back the others.
    // kOk, kBadState (no batch acquired), kInvalidArgument (more than acquired; all rolled back).
    Code commit_batch(std::span<const std::uint32_t> type_ids) noexcept {
        if (!has_batch()) {
            return Code::kBadState;
        }
        const std::uint64_t most = reserved_ / kBatchOfOne;
        const std::uint64_t payload_bytes = reserved_ % kBatchOfOne - kRecordHeaderBytes;
        reserved_ = 0;
        if (type_ids.size() > most) {
            return Code::kInvalidArgument;
        }
        std::uint64_t behind_bytes = type_ids.size() * record_bytes(payload_bytes);
        for (const std::uint32_t type_id : type_ids) {
            behind_bytes -= record_bytes(payload_bytes);
            append(payload_bytes, type_id, behind_bytes);
        }
        return Code::kOk;
    }

    // Of a message or a batch. kOk, kBadState (nothing acquired).
    Code rollback() noexcept {
        if (reserved_ == 0) {
            return Code::kBadState;
        }
        reserved_ = 0;
        return Code::kOk;
    }

    // One message in one step, with nothing to remember between acquire and commit: write(payload)
    // fills payload_bytes and answers whether to send them. False: not sent, by its answer or
    // because there is no room by what is known; try_acquire() looks again and says why.
    template <class Write>
    [[gnu::always_inline]] bool send_at_once(std::uint64_t payload_bytes, std::uint32_t type_id,
                                             const Write &write) noexcept {
        if (!can_acquire(payload_bytes)) [[unlikely]] {
            return false;
        }
        expect_writing(record_bytes(payload_bytes));
        if (!write(memory_.payload(written_))) [[unlikely]] {
            return false;
        }
        append(payload_bytes, type_id);
        return true;
    }

    // Makes what has been committed visible, in one run. An acquired message is left alone.
    void publish() noexcept { publish_before(acquired_bytes()); }

    // Publishes and ends the stream. Nothing may be sent afterwards.
    void close() noexcept {
        reserved_ = 0;
        publish();
        memory_.store_commit(published_, TICKRING_COMMIT_CLOSED);
        if (sleeps_on(published_)) {
            wake(published_);
        }
        memory_.store_status(TICKRING_PEER_CLOSED);
        end(Code::kBadState);
    }

    // Waiting for room: announce_wait(), then poll_room() and sleep() until kOk, then
    // withdraw_wait(). Only this side writes the announcement.
    void announce_wait(std::uint64_t payload_bytes) noexcept {
        memory_.store_wants_room(
            wait_mark(written_ + record_bytes(payload_bytes) + kUnitBytes - capacity_bytes_));
    }

    // Ends the announcement.
    void withdraw_wait() noexcept { memory_.store_wants_room(0); }

    // kOk, kFull, or why there will be no room any more: kPeerClosed, kPeerDead, kCorrupt.
    Code poll_room(std::uint64_t payload_bytes) noexcept {
        refresh_released();
        if (ended_ != Code::kOk) {
            return ended_;
        }
        return record_bytes(payload_bytes) <= room_bytes() ? Code::kOk : Code::kFull;
    }

    // Room for so many bytes of records, looked for now; what was known where the consumer has
    // left.
    std::uint64_t look_for_room() noexcept {
        refresh_released();
        return room_bytes();
    }

    // Sleeps until the consumer releases something, at most until the time on CLOCK_MONOTONIC.
    SleepEnd sleep(std::uint64_t payload_bytes, std::int64_t until_ns) noexcept {
        memory_.fence(); // the announcement before the look at released
        if (poll_room(payload_bytes) != Code::kFull) {
            return SleepEnd::kWoken;
        }
        return memory_.sleep_on_released(released_, until_ns); // the very value that was tested
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT, as the consumer has left it.
    [[nodiscard]] std::uint32_t peer_status() const noexcept { return memory_.load_peer_status(); }

    // Latches why nothing more can be sent; tells the peer when it is corruption.
    void end(Code code) noexcept {
        ended_ = code;
        if (code == Code::kCorrupt) {
            memory_.store_status(static_cast<std::uint32_t>(code));
        }
    }

    // Whether a batch is acquired.
    [[nodiscard]] bool has_batch() const noexcept { return reserved_ >= kBatchOfOne; }

    // What was found with kCorrupt, and the counters.
    [[nodiscard]] const Fault &fault() const noexcept { return fault_; }
    [[nodiscard]] const ProducerStats &stats() const noexcept { return stats_; }

  private:
    static constexpr std::uint64_t kBatchOfOne = std::uint64_t{1} << 32; // more than any message

    // Whether a message can be acquired, by what is known.
    [[nodiscard]] bool can_acquire(std::uint64_t payload_bytes) const noexcept {
        return reserved_ == 0 && ended_ == Code::kOk &&
               payload_bytes <= max_payload_bytes(capacity_bytes_) &&
               record_bytes(payload_bytes) <= room_bytes();
    }

    std::byte *reserve(std::uint64_t payload_bytes) noexcept {
        expect_writing(record_bytes(payload_bytes));
        reserved_ = kRecordHeaderBytes + payload_bytes;
        return memory_.payload(written_);
    }

    // What may be written to, behind what is committed.
    [[nodiscard]] std::uint64_t acquired_bytes() const noexcept {
        if (reserved_ == 0) {
            return 0;
        }
        const std::uint64_t count = std::max<std::uint64_t>(reserved_ / kBatchOfOne, 1);
        return count * record_bytes(reserved_ % kBatchOfOne - kRecordHeaderBytes);
    }

    // No room by what is known: says why, or looks again, and publishes before it gives up, so that
    // a consumer that waits for the rest of a batch can never wait for us while we wait for it.
    [[gnu::cold, gnu::noinline]] Code make_room(std::uint64_t payload_bytes) noexcept {
        if (reserved_ != 0) {
            return Code::kBadState;
        }
        if (payload_bytes > max_payload_bytes(capacity_bytes_)) {
            return Code::kTooLarge;
        }
        Code code = poll_room(payload_bytes);
        if (code == Code::kFull) {
            publish();
            code = poll_room(payload_bytes);
            stats_.full_count += code == Code::kFull ? 1 : 0;
        }
        return code;
    }

    void refresh_released() noexcept {
        const std::uint64_t word = memory_.load_released();
        const std::uint64_t position = word & ~std::uint64_t{TICKRING_RELEASED_CLOSED};
        if (ended_ != Code::kOk) {
            return;
        }
        if (position % kUnitBytes != 0 || position - released_ > published_ - released_) {
            fault_ = {"released", position, published_};
            end(Code::kCorrupt);
            return;
        }
        released_ = position;
        if (word != position) {
            end(Code::kPeerClosed);
        }
    }

    using Publisher::append;
    using Publisher::capacity_bytes_;
    using Publisher::expect_writing;
    using Publisher::memory_;
    using Publisher::publish_before;
    using Publisher::published_;
    using Publisher::released_;
    using Publisher::room_bytes;
    using Publisher::sleeps_on;
    using Publisher::stats_;
    using Publisher::wake;
    using Publisher::written_;

    // Header and payload of the acquired message, in bytes; 0: none. Of a batch, those of each, and
    // kBatchOfOne times their number.
    std::uint64_t reserved_ = 0;
    Code ended_ = Code::kOk; // why nothing can be sent any more
    Fault fault_;
};

using Producer = BasicProducer<ProducerMemory>;

} // namespace tickring
