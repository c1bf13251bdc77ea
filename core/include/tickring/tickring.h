/* SPDX-License-Identifier: Apache-2.0
 *
 * tickring.h: the C interface of tickring, a single-producer single-consumer ring in shared
 * memory. Compiles as C11 and as C++20.
 *
 * A bus has two ends in two processes. One end listens on the path of a Unix socket, the other
 * connects to it; the socket hands over two sealed memory objects and afterwards only tells that
 * the peer is alive. By default the listener consumes and the connector produces.
 *
 * Conventions
 *   - A call that returns int returns 0 (TICKRING_OK) or one of enum tickring_code.
 *   - A call that returns a pointer returns NULL when it has none to give; tickring_last_error()
 *     then says why, and tickring_last_error_text() says it in words, with the field, the value
 *     and what is allowed.
 *   - Times are nanoseconds on CLOCK_MONOTONIC, sizes are bytes.
 *   - One thread at a time may use one end of a bus; the two ends are independent. A debug build
 *     of the library answers TICKRING_BAD_STATE to a second thread, a release build does not look.
 *   - tickring_strerror(), tickring_version(), tickring_last_error(), tickring_last_error_text()
 *     and tickring_options_init() may be called from any thread at any time.
 *   - After fork() the child may not use the bus of its parent: every call answers
 *     TICKRING_FORKED, and tickring_bus_close() does nothing.
 */
#ifndef TICKRING_TICKRING_H
#define TICKRING_TICKRING_H

#include <stddef.h>
#include <stdint.h>

#define TICKRING_API __attribute__((visibility("default")))

/* The version of this header. tickring_version() tells that of the library. */
#define TICKRING_VERSION_MAJOR 0
#define TICKRING_VERSION_MINOR 1
#define TICKRING_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/* What a call can answer. The numbers are part of the interface. */
enum tickring_code {
    TICKRING_OK = 0,          /* done */
    TICKRING_EMPTY = 1,       /* try receive: nothing has been published */
    TICKRING_FULL = 2,        /* try send: no room until the consumer releases some */
    TICKRING_TIMEOUT = 3,     /* the deadline passed; says nothing about the peer's health */
    TICKRING_INTERRUPTED = 4, /* a signal handler ran during a sleep; call again to go on */
    TICKRING_PEER_CLOSED = 5, /* the peer closed its end; a consumer has read everything */
    TICKRING_PEER_DEAD = 6,   /* the kernel says that the peer is gone without closing */
    TICKRING_CORRUPT = 7,     /* the shared memory holds what no working peer writes; for good */
    TICKRING_TOO_LARGE = 8,   /* larger than tickring_max_payload_bytes(): will never fit */
    TICKRING_INVALID_ARGUMENT = 9, /* out of its range; the text names it and what is allowed */
    TICKRING_BAD_STATE = 10, /* not now: wrong role, no message acquired, two threads on one side */
    TICKRING_ADDRESS_IN_USE = 11, /* a live listener has this path */
    TICKRING_NOT_FOUND = 12,      /* nobody listens on this path */
    TICKRING_PERMISSION = 13,     /* refused by the system, or the peer is another user */
    TICKRING_PROTOCOL = 14,       /* the peer's handshake is not ours: version, layout, role, ... */
    TICKRING_NO_RESOURCES = 15,   /* descriptors, memory, file size limit */
    TICKRING_FORKED = 16,         /* this bus belongs to the parent process */
    TICKRING_UNSUPPORTED = 17     /* the kernel lacks what is needed */
};

/* Which end of the ring this process is. */
enum tickring_role {
    TICKRING_ROLE_DEFAULT = 0,  /* the listener consumes, the connector produces */
    TICKRING_ROLE_PRODUCER = 1, /* sends */
    TICKRING_ROLE_CONSUMER = 2  /* receives */
};

/* How a blocking call waits. */
enum tickring_wait {
    TICKRING_WAIT_SPIN = 0,   /* polls, never sleeps: lowest latency, one CPU busy */
    TICKRING_WAIT_HYBRID = 1, /* polls spin_threshold times, then sleeps on a futex */
    TICKRING_WAIT_PARK = 2    /* sleeps at once */
};

/* What is known of the peer. */
enum tickring_peer_state {
    TICKRING_PEER_STATE_ALIVE = 0,  /* it is there */
    TICKRING_PEER_STATE_CLOSED = 1, /* it closed its end */
    TICKRING_PEER_STATE_DEAD = 2    /* it is gone without closing */
};

/* Options of tickring_bus_listen_with() and tickring_bus_connect_with(). Fill with
 * tickring_options_init(), then change what is to differ. */
typedef struct tickring_options {
    uint32_t struct_bytes;        /* sizeof(tickring_options_t), set by tickring_options_init() */
    uint32_t role;                /* enum tickring_role; default TICKRING_ROLE_DEFAULT */
    uint32_t wait;                /* enum tickring_wait; default TICKRING_WAIT_HYBRID */
    uint32_t publish_every;       /* producer: publish by itself every so many messages; 1 or
                                     more; default 1 */
    uint32_t spin_threshold;      /* polls before a hybrid wait for room sleeps; default 10000 */
    uint32_t reserved;            /* 0 */
    int64_t arrival_timeout_ns;   /* how long to wait for the peer to arrive: 0 does not wait, -1
                                     waits for ever; default -1 to listen, 0 to connect */
    int64_t handshake_timeout_ns; /* for the whole handshake once the peer is there; 1 or more;
                                     default 2 s */
    uint64_t max_capacity_bytes;  /* connector: refuse a larger ring; default 2^31, the largest
                                     there is */
} tickring_options_t;

/* Counters of one end since it was connected. */
typedef struct tickring_counters {
    uint32_t struct_bytes;         /* sizeof(tickring_stats_t) as the library knows it */
    uint32_t reserved;             /* 0 */
    uint64_t messages_count;       /* committed by the producer, or taken by the consumer */
    uint64_t payload_bytes;        /* in those messages */
    uint64_t publications_count;   /* runs published by the producer, or seen by the consumer */
    uint64_t full_count;           /* producer: acquires that found no room at first */
    uint64_t sleeps_count;         /* futex waits entered */
    uint64_t sleep_timeouts_count; /* of those, ended by their time slice instead of a wake */
    uint64_t late_wakes_count;     /* of those, with something to do all the same: a lost wake */
    uint64_t wakes_count;          /* futex wakes sent to the peer */
    uint64_t liveness_looks_count; /* times that the kernel was asked for the peer */
} tickring_stats_t;

/* A message that tickring_acquire_rx_batch() hands out. */
typedef struct tickring_message {
    const void *payload;    /* aligned to 16 bytes, read-only, valid until tickring_commit_rx() */
    uint32_t payload_bytes; /* 0 to tickring_max_payload_bytes() */
    uint32_t type_id;       /* as the producer gave it */
} tickring_message_t;

/* One end of a bus. */
typedef struct tickring_bus tickring_bus_t;

/* Fills *options with the defaults of listening and connecting: INT64_MIN in arrival_timeout_ns
 * stands for the default of the call. Does nothing when options is NULL. */
TICKRING_API void tickring_options_init(tickring_options_t *options);

/* Creates the socket at socket_path, waits for a connector and sets up a ring of capacity_bytes.
 * The socket file has mode 0600 and is removed as soon as the peer is connected, or on failure. A
 * stale socket of a dead listener is replaced; anything else at that path is left alone.
 *   socket_path     1 to 107 bytes, in a directory that can be written to
 *   capacity_bytes  a power of two from the page size to 2^31
 *   out             receives the bus; set to NULL on failure
 * Returns 0, or TICKRING_INVALID_ARGUMENT (a NULL, a bad path or capacity, a path that is not a
 * socket), TICKRING_ADDRESS_IN_USE, TICKRING_NOT_FOUND or TICKRING_PERMISSION (of the directory),
 * TICKRING_TIMEOUT, TICKRING_INTERRUPTED, TICKRING_NO_RESOURCES, TICKRING_UNSUPPORTED. A peer that
 * fails the handshake is told why and the listener goes on waiting. */
TICKRING_API int tickring_bus_listen(const char *socket_path, size_t capacity_bytes,
                                     tickring_bus_t **out);

/* The same with options; NULL stands for the defaults. */
TICKRING_API int tickring_bus_listen_with(const char *socket_path, size_t capacity_bytes,
                                          const tickring_options_t *options, tickring_bus_t **out);

/* Connects to the listener at socket_path.
 * Returns 0, or TICKRING_INVALID_ARGUMENT, TICKRING_NOT_FOUND (no such path, or nobody listens
 * there any more), TICKRING_PERMISSION, TICKRING_PROTOCOL (the peer is of another version, layout
 * or role, or left during the handshake), TICKRING_TIMEOUT, TICKRING_INTERRUPTED,
 * TICKRING_NO_RESOURCES, TICKRING_UNSUPPORTED. */
TICKRING_API int tickring_bus_connect(const char *socket_path, tickring_bus_t **out);

/* The same with options; NULL stands for the defaults. With an arrival timeout other than 0 it
 * tries again until a listener has taken it, also after one that left during the handshake. */
TICKRING_API int tickring_bus_connect_with(const char *socket_path,
                                           const tickring_options_t *options, tickring_bus_t **out);

/* Closes this end and frees the bus. A producer publishes what it has committed and marks the end
 * of the stream; an acquired message is rolled back. Pointers into the ring become invalid. NULL
 * is allowed. May be called while the peer uses its end. */
TICKRING_API void tickring_bus_close(tickring_bus_t *bus);

/* Producer: room for one message of up to max_payload_bytes; never waits, makes no system call
 * except to wake a sleeping consumer. Returns a pointer to the payload, aligned to 16 bytes, valid
 * until tickring_commit_tx() or tickring_rollback_tx(). What it holds before it is written to is
 * unspecified; nothing behind max_payload_bytes may be written to. When there is no room it first
 * publishes what has been committed.
 * Returns NULL with TICKRING_FULL, TICKRING_TOO_LARGE, TICKRING_BAD_STATE (a message is acquired
 * already; not a producer), TICKRING_PEER_CLOSED, TICKRING_PEER_DEAD (once that is known),
 * TICKRING_CORRUPT, TICKRING_FORKED, TICKRING_INVALID_ARGUMENT (bus is NULL). */
TICKRING_API void *tickring_acquire_tx(tickring_bus_t *bus, size_t max_payload_bytes);

/* Producer: the same, but waits for room up to timeout_ns (0: not at all, -1: for ever) in the way
 * of the option wait. Having waited, other than by parking, for a ring of 128 KiB or more, it goes
 * on when 16 KiB are free, or 2 microseconds have freed less than half a kibibyte: that makes both
 * ends faster. Never NULL with TICKRING_FULL; beside the errors of tickring_acquire_tx()
 * TICKRING_TIMEOUT, TICKRING_INTERRUPTED, and TICKRING_PEER_DEAD within 100 ms of the death. */
TICKRING_API void *tickring_acquire_tx_blocking(tickring_bus_t *bus, size_t max_payload_bytes,
                                                int64_t timeout_ns);

/* Producer: commits the acquired message with its final size. It is visible to the consumer once
 * published: after every publish_every-th commit, by tickring_flush(), by an acquire that finds no
 * room, or by tickring_bus_close().
 *   payload_bytes  0 to what was acquired
 *   type_id        any value; passed through
 * Returns 0, TICKRING_BAD_STATE (nothing acquired, or a batch; not a producer),
 * TICKRING_INVALID_ARGUMENT (more than was acquired: the message is rolled back), TICKRING_FORKED.
 */
TICKRING_API int tickring_commit_tx(tickring_bus_t *bus, size_t payload_bytes, uint32_t type_id);

/* Producer: sends a copy of payload as one message: an acquire, a copy and a commit by one call,
 * which costs less than the three. Waits for room as tickring_acquire_tx_blocking() does.
 *   payload        so many bytes; may be NULL when there are none
 *   payload_bytes  0 to tickring_max_payload_bytes()
 *   type_id        any value; passed through
 *   timeout_ns     0: not at all, -1: for ever
 * Returns 0, or what tickring_acquire_tx_blocking() would say, nothing having been sent:
 * TICKRING_TIMEOUT, TICKRING_INTERRUPTED, TICKRING_TOO_LARGE, TICKRING_BAD_STATE,
 * TICKRING_PEER_CLOSED, TICKRING_PEER_DEAD, TICKRING_CORRUPT, TICKRING_FORKED,
 * TICKRING_INVALID_ARGUMENT (a NULL, or timeout_ns below -1). */
TICKRING_API int tickring_send(tickring_bus_t *bus, const void *payload, size_t payload_bytes,
                               uint32_t type_id, int64_t timeout_ns);

/* Producer: room for several messages of one size by one call, waiting for that of the first as
 * tickring_acquire_tx_blocking() does. The messages are written in place, in their order, and
 * committed by tickring_commit_tx_batch(), which costs less than a commit for each; until then none
 * can be seen. There may be less room than for most: what is free, and a traced bus gives one.
 *   payload_bytes  of each message, 0 to tickring_max_payload_bytes()
 *   most           1 or more
 *   timeout_ns     0: not at all, -1: for ever
 *   first          receives the payload of the first message, aligned to 16 bytes
 *   stride_bytes   receives how far each payload lies behind the one before
 * Returns for how many there is room. Returns 0 with the errors of tickring_acquire_tx_blocking(),
 * or TICKRING_INVALID_ARGUMENT. */
TICKRING_API size_t tickring_acquire_tx_batch(tickring_bus_t *bus, size_t payload_bytes,
                                              size_t most, int64_t timeout_ns, void **first,
                                              size_t *stride_bytes);

/* Producer: commits the first messages of the acquired batch and gives the others back. Each counts
 * as one for publish_every, as if it had been committed by itself.
 *   type_ids  that of each message; may be NULL when there is none
 *   count     0 to what was acquired
 * Returns 0, TICKRING_BAD_STATE (no batch acquired; not a producer), TICKRING_INVALID_ARGUMENT (a
 * NULL, or more than were acquired: the batch is rolled back), TICKRING_FORKED. */
TICKRING_API int tickring_commit_tx_batch(tickring_bus_t *bus, const uint32_t *type_ids,
                                          size_t count);

/* Producer: gives the acquired message, or batch, back; nothing of it will be seen.
 * Returns 0, TICKRING_BAD_STATE (nothing acquired; not a producer), TICKRING_FORKED. */
TICKRING_API int tickring_rollback_tx(tickring_bus_t *bus);

/* Producer: publishes what has been committed. Nothing committed: does nothing. Does not shift the
 * phase of publish_every. Returns 0, TICKRING_BAD_STATE (not a producer), TICKRING_FORKED. */
TICKRING_API int tickring_flush(tickring_bus_t *bus);

/* Consumer: the next message, waiting for it without limit in the way of the option wait.
 *   type_id, payload_bytes  receive the message's; may not be NULL
 *   spin_threshold          polls before a hybrid wait sleeps
 * Returns a pointer to the payload, aligned to 16 bytes, read-only, valid until
 * tickring_commit_rx(). A second acquire without commit answers TICKRING_BAD_STATE. The memory is
 * the producer's: with one that is not trusted copy the payload before looking at it twice.
 * Returns NULL with TICKRING_PEER_CLOSED or TICKRING_PEER_DEAD (everything published before was
 * delivered first), TICKRING_INTERRUPTED, TICKRING_CORRUPT, TICKRING_BAD_STATE, TICKRING_FORKED,
 * TICKRING_INVALID_ARGUMENT. */
TICKRING_API const void *tickring_acquire_rx_blocking(tickring_bus_t *bus, uint32_t *type_id,
                                                      size_t *payload_bytes,
                                                      uint32_t spin_threshold);

/* Consumer: the same, waiting at most timeout_ns (0: not at all, -1: for ever); a hybrid wait polls
 * as often as the option spin_threshold says. Beside the errors above TICKRING_TIMEOUT. */
TICKRING_API const void *tickring_acquire_rx_timed(tickring_bus_t *bus, uint32_t *type_id,
                                                   size_t *payload_bytes, int64_t timeout_ns);

/* Consumer: the same, never waiting and never asking the kernel for the peer: NULL with
 * TICKRING_EMPTY when nothing is there. Use tickring_peer_state() now and then beside it. */
TICKRING_API const void *tickring_try_acquire_rx(tickring_bus_t *bus, uint32_t *type_id,
                                                 size_t *payload_bytes);

/* Consumer: several messages of one publication by one call, waiting for the first as
 * tickring_acquire_rx_timed() does. Ends before most where the publication does, or where an eighth
 * of the ring is held: a producer that waits for room gets it with the commit. To be used when all
 * of them are looked at soon; the first one is handed out when the last one was found. Where most
 * is more than 1, the wait does not park and the stream is nearly as fast as it can be, the newest
 * 16 KiB (in a small ring an eighth of it) are left until more has followed, or nothing has for two
 * microseconds: that makes both ends faster. Not so with a timeout_ns of 0.
 *   messages    receives them in their order
 *   most        1 or more
 *   timeout_ns  0: not at all, -1: for ever
 * Returns how many; tickring_commit_rx() gives all of them back. Returns 0 with the errors of
 * tickring_acquire_rx_timed(). A message that is corrupt ends the batch before it, and is the
 * answer of the next acquire. */
TICKRING_API size_t tickring_acquire_rx_batch(tickring_bus_t *bus, tickring_message_t *messages,
                                              size_t most, int64_t timeout_ns);

/* Consumer: done with what is acquired; its memory goes back to the producer.
 * Returns 0, TICKRING_BAD_STATE (nothing acquired; not a consumer), TICKRING_FORKED. */
TICKRING_API int tickring_commit_rx(tickring_bus_t *bus);

/* Consumer: how many messages of the same publication came before the acquired one, or the first of
 * an acquired batch: 0 for the first of a run. To be called between an acquire and its commit,
 * which counts on. UINT32_MAX when none was acquired yet, or bus is not a consumer. */
TICKRING_API uint32_t tickring_rx_run_position(const tickring_bus_t *bus);

/* Asks the kernel for the peer and returns what is known as enum tickring_peer_state, or -1 with
 * TICKRING_INVALID_ARGUMENT or TICKRING_FORKED. A death learned here is from then on reported by
 * the other calls too, after everything published has been delivered. */
TICKRING_API int tickring_peer_state(tickring_bus_t *bus);

/* The largest payload that this ring takes, at every position: capacity - 80. 0 when bus is NULL or
 * of the parent process. */
TICKRING_API size_t tickring_max_payload_bytes(const tickring_bus_t *bus);

/* The ring's capacity in bytes, 0 when bus is NULL or of the parent process. */
TICKRING_API size_t tickring_capacity_bytes(const tickring_bus_t *bus);

/* Copies the counters of this end to *out, which the caller has sized with out->struct_bytes.
 * Returns 0, TICKRING_INVALID_ARGUMENT (a NULL, or a size below 8), TICKRING_FORKED. */
TICKRING_API int tickring_stats(const tickring_bus_t *bus, tickring_stats_t *out);

/* The code of the last call on this thread that failed; TICKRING_OK when none has. */
TICKRING_API int tickring_last_error(void);

/* The same in words: field, value, what is allowed. Valid until the next failure on this thread. */
TICKRING_API const char *tickring_last_error_text(void);

/* What a code means, in words. Cannot fail: never NULL, an unknown code says so. */
TICKRING_API const char *tickring_strerror(int code);

/* "major.minor.patch" of the library. Cannot fail. */
TICKRING_API const char *tickring_version(void);

#ifdef __cplusplus
}
#endif

#endif /* TICKRING_TICKRING_H */
