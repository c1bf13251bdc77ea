// SPDX-License-Identifier: Apache-2.0
// publisher.hpp: how what a producer has written becomes visible.
//
// Private positions: published <= written; the consumer's released position never passes published.
// Between written and released + capacity there is always at least one free unit, for the commit
// word behind the last run.
#pragma once

#include <tickring/memory.hpp>

namespace tickring {

// Counted since the producer was made.
struct ProducerStats {
    std::uint64_t messages_count = 0;     // committed
    std::uint64_t payload_bytes = 0;      // in those messages
    std::uint64_t publications_count = 0; // runs published
    std::uint64_t full_count = 0;         // acquires that found no room
    std::uint64_t wakes_count = 0;        // sent to the consumer
};

// What both sides agree on, and how often to publish.
struct ProducerConfig {
    std::uint64_t capacity_bytes = 0; // a power of two, whole pages
    std::uint32_t publish_every = 1;  // commits until a publication by itself; 1 or more
    bool peer_sleeps = true;          // false: the consumer has declared that it only spins
    std::uint64_t origin = 0;         // position of the first record
};

// What BasicProducer stands on. What a busy stream does is compiled into its caller, whatever a
// compiler thinks of the size.
template <class Memory> class BasicPublisher {
  public:
    // A hint that a commit comes soon. Where it publishes, the line of its commit word is fetched
    // meanwhile: a consumer that polls has taken it back since the payload was written.
    // The producer's thread only.
    void expect_commit() noexcept {
        if (until_publication_ == 1) {
            memory_.expect_commit(published_);
        }
    }

  protected:
    BasicPublisher(const Memory &memory, const ProducerConfig &config) noexcept
        : memory_(memory), capacity_bytes_(config.capacity_bytes),
          publish_every_(config.publish_every), until_publication_(config.publish_every),
          peer_sleeps_(config.peer_sleeps), written_(config.origin), published_(config.origin),
          released_(config.origin) {}

    // For records, by what is known.
    [[nodiscard]] std::uint64_t room_bytes() const noexcept {
        return capacity_bytes_ - kUnitBytes - (written_ - released_);
    }

    // The caller may write over so many bytes behind what is committed, perhaps to roll back.
    void expect_writing(std::uint64_t bytes) noexcept {
        if (cleared_ - written_ < bytes) {
            cleared_ = kNowhere;
        }
    }

    // The record whose payload is written becomes part of the next run; so many bytes behind it
    // hold messages that will follow.
    [[gnu::always_inline]] void append(std::uint64_t payload_bytes, std::uint32_t type_id,
                                       std::uint64_t behind_bytes = 0) noexcept {
        memory_.write_header(written_, static_cast<std::uint32_t>(payload_bytes), type_id);
        written_ += record_bytes(payload_bytes);
        ++stats_.messages_count;
        stats_.payload_bytes += payload_bytes;
        if (--until_publication_ == 0) {
            until_publication_ = publish_every_;
            publish_before(behind_bytes);
        }
    }

    // Makes what has been committed visible; so many bytes behind it may hold messages already.
    [[gnu::always_inline]] void publish_before(std::uint64_t behind_bytes) noexcept {
        if (written_ == published_) {
            return;
        }
        const std::uint64_t run = published_;
        if (cleared_ != written_) {
            memory_.clear_commit(written_);
        }
        memory_.store_commit(run, static_cast<std::uint32_t>((written_ - run) / kUnitBytes));
        published_ = written_;
        ++stats_.publications_count;
        const bool sleeps = sleeps_on(run);
        clear_ahead(2 * written_ - run, behind_bytes);
        if (sleeps) [[unlikely]] {
            wake(run); // last: no register has to live through this call
        }
    }

    // Whether the consumer sleeps on the first record of this run, which was published a moment
    // ago: it is woken once per sleep.
    bool sleeps_on(std::uint64_t run) noexcept {
        if (!peer_sleeps_) {
            return false;
        }
        memory_.fence(); // the publication before the look at waiting
        return memory_.load_waiting() == wait_mark(run);
    }

    void wake(std::uint64_t run) noexcept {
        ++stats_.wakes_count;
        memory_.wake_consumer(run);
    }

    Memory memory_;
    std::uint64_t capacity_bytes_;
    std::uint32_t publish_every_;
    std::uint32_t until_publication_; // commits until the next publication by itself
    bool peer_sleeps_;
    std::uint64_t written_;            // where the next record begins
    std::uint64_t published_;          // end of the last run
    std::uint64_t released_;           // the consumer's, as last seen
    std::uint64_t cleared_ = kNowhere; // where a commit word is 0 ahead of its publication
    ProducerStats stats_;

  private:
    static constexpr std::uint64_t kNowhere = 1; // not a position: no multiple of a unit

    // The next run is likely as long as the last one. The store to the word behind it has to win
    // that line from the consumer, and a publication is not seen before: so it is done ahead of
    // time, unless a message lies there.
    void clear_ahead(std::uint64_t position, std::uint64_t behind_bytes) noexcept {
        cleared_ = kNowhere;
        if (position - released_ <= capacity_bytes_ - kUnitBytes &&
            position - written_ >= behind_bytes) {
            memory_.clear_commit(position);
            cleared_ = position;
        }
    }
};

} // namespace tickring
