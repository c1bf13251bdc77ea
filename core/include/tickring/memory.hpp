// SPDX-License-Identifier: Apache-2.0
// memory.hpp: the shared words as each side sees them. The only file that spells atomics.
//
// A comment at each operation says which one it pairs with, or why it may be relaxed. Fences are
// paired two and two: each side stores, fences, and loads what the other one stores.
#pragma once

#include <tickring/futex.hpp>
#include <tickring/geometry.hpp>

#include <atomic>
#include <cstddef>
#include <cstring>

#ifndef __SANITIZE_THREAD__
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#endif

namespace tickring {
namespace detail {

static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic_ref<std::uint32_t>::is_always_lock_free);

// atomic_ref wants a mutable object even to load from it; a load does not write.
template <class Word> std::atomic_ref<Word> shared(const Word &word) noexcept {
    return std::atomic_ref<Word>(const_cast<Word &>(word));
}

#ifdef __SANITIZE_THREAD__
inline std::atomic<int> fence_word{0};
#endif

// Orders the stores before it against the loads after it.
inline void store_load_fence() noexcept {
#ifdef __SANITIZE_THREAD__
    // The sanitizer does not follow fences. pairs with store_load_fence() of the other side
    fence_word.fetch_add(1, std::memory_order_seq_cst);
#else
    // pairs with store_load_fence() of the other side
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

} // namespace detail

// Where the two objects lie in this process. Any thread may look.
struct MappedRing {
    std::byte *records = nullptr; // capacity_bytes, mapped twice back to back
    tickring_producer_control *producer = nullptr;
    tickring_consumer_control *consumer = nullptr;
    std::uint64_t capacity_bytes = 0;

    // The record that begins at a position.
    [[nodiscard]] tickring_record_header &record(std::uint64_t position) const noexcept {
        return *reinterpret_cast<tickring_record_header *>(records +
                                                           (position & (capacity_bytes - 1)));
    }
};

// What the producer does to the ring: writes the data object, reads the feedback object. The
// producer's thread only.
class ProducerMemory {
  public:
    explicit ProducerMemory(const MappedRing &ring) noexcept : ring_(ring) {}

    // Where the payload of the record at a position begins.
    [[nodiscard]] std::byte *payload(std::uint64_t position) const noexcept {
        return reinterpret_cast<std::byte *>(&ring_.record(position) + 1);
    }

    // All of the header but the commit word, which the consumer may be polling.
    void write_header(std::uint64_t position, std::uint32_t payload_bytes,
                      std::uint32_t type_id) noexcept {
        tickring_record_header &record = ring_.record(position);
        record.payload_bytes = payload_bytes;
        record.type_id = type_id;
        record.reserved = 0;
    }

    // Nothing is published at this position yet.
    void clear_commit(std::uint64_t position) noexcept {
        // relaxed: ordered before the publication that makes it reachable by store_commit()
        detail::shared(ring_.record(position).commit).store(0, std::memory_order_relaxed);
    }

    // A hint that store_commit() will follow soon: the line comes from a consumer that polls it.
    // Where compilers are not told that x86-64 has prefetchw (-mprfchw) it comes to be read only.
    void expect_commit(std::uint64_t position) noexcept {
        __builtin_prefetch(&ring_.record(position).commit, 1);
    }

    // Publishes a run of so many units, or TICKRING_COMMIT_CLOSED.
    void store_commit(std::uint64_t position, std::uint32_t commit) noexcept {
        // pairs with load_commit(): headers, payloads and the cleared word behind the run are seen
        detail::shared(ring_.record(position).commit).store(commit, std::memory_order_release);
    }

    // The word as the consumer stored it, with TICKRING_RELEASED_CLOSED in it.
    [[nodiscard]] std::uint64_t load_released() const noexcept {
        // pairs with store_released(): the consumer has read what lies before
        return detail::shared(ring_.consumer->released).load(std::memory_order_acquire);
    }

    // The mark that the consumer sleeps on; 0: none.
    [[nodiscard]] std::uint32_t load_waiting() const noexcept {
        // relaxed: store_load_fence() stands before it; it only decides about a wake
        return detail::shared(ring_.consumer->waiting).load(std::memory_order_relaxed);
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT of the consumer.
    [[nodiscard]] std::uint32_t load_peer_status() const noexcept {
        // relaxed: a statement by itself, nothing is read on its strength
        return detail::shared(ring_.consumer->status).load(std::memory_order_relaxed);
    }

    // Announces the released position that is waited for; 0: none.
    void store_wants_room(std::uint32_t mark) noexcept {
        // relaxed: store_load_fence() follows where a sleep depends on it
        detail::shared(ring_.producer->wants_room).store(mark, std::memory_order_relaxed);
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT.
    void store_status(std::uint32_t status) noexcept {
        // relaxed: a statement by itself
        detail::shared(ring_.producer->status).store(status, std::memory_order_relaxed);
    }

    // Stores before it come before loads after it, for both sides.
    void fence() noexcept { detail::store_load_fence(); }

    // Wakes the consumer that sleeps on the commit word at a position.
    void wake_consumer(std::uint64_t position) noexcept {
        futex_wake(&ring_.record(position).commit);
    }

    // Sleeps until the released position is no longer the given one.
    SleepEnd sleep_on_released(std::uint64_t seen, std::int64_t until_ns) noexcept {
        return futex_wait(reinterpret_cast<const std::uint32_t *>(&ring_.consumer->released),
                          static_cast<std::uint32_t>(seen), until_ns);
    }

  private:
    MappedRing ring_;
};

// What the consumer does to the ring: reads the data object, writes the feedback object. The
// consumer's thread only.
class ConsumerMemory {
  public:
    explicit ConsumerMemory(const MappedRing &ring) noexcept : ring_(ring) {}

    // Where the payload of the record at a position begins.
    [[nodiscard]] const std::byte *payload(std::uint64_t position) const noexcept {
        return reinterpret_cast<const std::byte *>(&ring_.record(position) + 1);
    }

    // The commit word at a position.
    [[nodiscard]] std::uint32_t load_commit(std::uint64_t position) const noexcept {
        // pairs with store_commit(): the whole run is there
        return detail::shared(ring_.record(position).commit).load(std::memory_order_acquire);
    }

    // Of the record at a position; not to be trusted.
    [[nodiscard]] std::uint32_t load_payload_bytes(std::uint64_t position) const noexcept {
        // relaxed: after load_commit(); an atomic so that a hostile peer's change is seen once
        return detail::shared(ring_.record(position).payload_bytes).load(std::memory_order_relaxed);
    }

    // Of the record at a position.
    [[nodiscard]] std::uint32_t load_type_id(std::uint64_t position) const noexcept {
        // relaxed: after load_commit(), as load_payload_bytes()
        return detail::shared(ring_.record(position).type_id).load(std::memory_order_relaxed);
    }

    // Gives back what lies before a position; with TICKRING_RELEASED_CLOSED in it for good.
    void store_released(std::uint64_t position) noexcept {
        // pairs with load_released(): our reads of what lies before are done
        detail::shared(ring_.consumer->released).store(position, std::memory_order_release);
    }

    // The mark that the producer waits for; 0: none.
    [[nodiscard]] std::uint32_t load_wants_room() const noexcept {
        // relaxed: decides about an early release and a wake; store_load_fence() stands before the
        // look that a sleeping producer depends on
        return detail::shared(ring_.producer->wants_room).load(std::memory_order_relaxed);
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT of the producer.
    [[nodiscard]] std::uint32_t load_peer_status() const noexcept {
        // relaxed: a statement by itself, nothing is read on its strength
        return detail::shared(ring_.producer->status).load(std::memory_order_relaxed);
    }

    // Announces the position whose commit word is slept on; 0: none.
    void store_waiting(std::uint32_t mark) noexcept {
        // relaxed: store_load_fence() follows where a sleep depends on it
        detail::shared(ring_.consumer->waiting).store(mark, std::memory_order_relaxed);
    }

    // 0, TICKRING_PEER_CLOSED or TICKRING_CORRUPT.
    void store_status(std::uint32_t status) noexcept {
        // relaxed: a statement by itself
        detail::shared(ring_.consumer->status).store(status, std::memory_order_relaxed);
    }

    // Stores before it come before loads after it, for both sides.
    void fence() noexcept { detail::store_load_fence(); }

    // Wakes the producer that sleeps on the released position.
    void wake_producer() noexcept {
        futex_wake(reinterpret_cast<const std::uint32_t *>(&ring_.consumer->released));
    }

    // Sleeps until the commit word is no longer 0.
    SleepEnd sleep_on_commit(std::uint64_t position, std::int64_t until_ns) noexcept {
        return futex_wait(&ring_.record(position).commit, 0, until_ns);
    }

  private:
    MappedRing ring_;
};

// The header of an object is written once, before it is shared, by the thread that makes it.
inline void publish_header(tickring_object_header &header, std::uint64_t magic,
                           std::uint32_t page_bytes, std::uint64_t capacity_bytes,
                           std::uint64_t object_bytes) noexcept {
    header.version = TICKRING_LAYOUT_VERSION;
    header.page_bytes = page_bytes;
    header.capacity_bytes = capacity_bytes;
    header.object_bytes = object_bytes;
    // pairs with load_magic(): the rest of the header is there
    detail::shared(header.magic).store(magic, std::memory_order_release);
}

// TICKRING_DATA_MAGIC or TICKRING_FEEDBACK_MAGIC of a whole header; any thread may look.
inline std::uint64_t load_magic(const tickring_object_header &header) noexcept {
    // pairs with publish_header()
    return detail::shared(header.magic).load(std::memory_order_acquire);
}

} // namespace tickring
