/* SPDX-License-Identifier: Apache-2.0
 *
 * The protocol of core/include/tickring/{producer,consumer,wait}.hpp for Spin, in units of 64 bytes.
 *
 * Shared memory is what the two sides store, one writer each. With STORE_BUFFER=n a store lies in a
 * queue of its side until it is drained, in order, as on x86; without it memory is sequentially
 * consistent. A load of the other side's word sees memory; nobody loads a word of its own. Records
 * of two units write JUNK where another record's commit word lay or will lie, and so do messages
 * that are rolled back.
 *
 * Checked: every message arrives once, whole and in order; its record is not written while it is
 * being read; no run of a length that cannot be; and, since a
 * sleep never times out while the peer lives, a wake that is lost is a deadlock, which Spin reports. With CRASH either
 * side may stop for ever between any two of its steps; the other must then end, a consumer behind
 * exactly what was published.
 *
 * Each BUG_... plants one mistake, and Spin has to find it: see models.toml.
 */

#ifndef UNITS
#define UNITS 4
#endif
#ifndef MESSAGES
#define MESSAGES 5
#endif
#ifndef PUBLISH_EVERY
#define PUBLISH_EVERY 1
#endif
#ifndef RELEASE_EVERY
#define RELEASE_EVERY UNITS /* units read inside a run until they are released */
#endif

#define NOWHERE 255
#define CLOSED 254
#define JUNK 1 /* looks like a run of one unit */

/* What the producer stores. */
byte commit[UNITS];
byte record[UNITS]; /* number of the message * 2 + units - 1 */
byte wants_room;    /* position + 1; 0: none */
/* What the consumer stores. */
byte released;
byte waiting; /* position + 1; 0: none */
bool reader_closed;

/* What the kernel knows. */
bool producer_sleeps, consumer_sleeps;
bool producer_dead, consumer_dead;

/* Messages in runs whose publication has been executed; no part of the protocol. */
byte published_messages;

mtype = { COMMIT, RECORD, WANTS_ROOM, RELEASED, WAITING, READER_CLOSED };

inline to_memory(word, at, value) {
    if
    :: word == COMMIT -> commit[at] = value
    :: word == RECORD -> record[at] = value
    :: word == WANTS_ROOM -> wants_room = value
    :: word == RELEASED -> released = value
    :: word == WAITING -> waiting = value
    :: word == READER_CLOSED -> reader_closed = value
    fi
}

#ifdef STORE_BUFFER
chan producer_stores = [STORE_BUFFER] of { mtype, byte, byte };
chan consumer_stores = [STORE_BUFFER] of { mtype, byte, byte };
#define PRODUCER_STORES(word, at, value) producer_stores!word, at, value
#define CONSUMER_STORES(word, at, value) consumer_stores!word, at, value
#define PRODUCER_FENCE (len(producer_stores) == 0)
#define CONSUMER_FENCE (len(consumer_stores) == 0)

active proctype Drain() {
    mtype word;
    byte at, value;
end:
    do
    :: d_step { producer_stores?word, at, value -> to_memory(word, at, value); word = 0; at = 0; value = 0 }
    :: d_step { consumer_stores?word, at, value -> to_memory(word, at, value); word = 0; at = 0; value = 0 }
    od
}
#else
#define PRODUCER_STORES(word, at, value) d_step { to_memory(word, at, value) }
#define CONSUMER_STORES(word, at, value) d_step { to_memory(word, at, value) }
#define PRODUCER_FENCE skip
#define CONSUMER_FENCE skip
#endif

/* FUTEX_WAIT: the kernel reads the word and puts the caller to sleep in one step. A sleep ends by a
 * wake, or by its time-out; that of a caller whose peer lives is left out, so that a wake that is
 * lost shows as a deadlock. */
#define SLEEP_UNLESS(changed, sleeps, peer_dead)                                                   \
    if                                                                                             \
    :: atomic { (changed) -> skip }                                                                \
    :: atomic { !(changed) -> sleeps = true };                                                     \
       atomic { (!sleeps || peer_dead) -> sleeps = false }                                         \
    fi


bool producer_done, consumer_done;
bool producer_crashes, consumer_crashes;

#ifdef BUG_WAKES_AT_THE_NEW_POSITION
#define AWAITED(first) published + 1
#else
#define AWAITED(first) first + 1
#endif

/* FUTEX_WAKE: the kernel has a full barrier before it looks for a sleeper. */
inline wake_consumer_of(first) {
#ifndef CONSUMER_SPINS
#ifndef BUG_NO_FENCE_AFTER_PUBLICATION
    PRODUCER_FENCE;
#endif
    seen = waiting;
    if
    :: seen == AWAITED(first) -> seen = 0; PRODUCER_FENCE; consumer_sleeps = false
    :: else -> seen = 0
    fi
#else
    skip
#endif
}

#ifdef BUG_CLEARS_AHEAD_WHERE_THE_CONSUMER_MAY_READ
#define CLEARS_AHEAD true
#else
#define CLEARS_AHEAD (ahead - known_released <= UNITS - 1)
#endif
#ifdef BUG_NO_ROOM_FOR_THE_TERMINATOR
#define TERMINATOR_UNITS 0
#else
#define TERMINATOR_UNITS 1
#endif
#define HAS_ROOM (units + TERMINATOR_UNITS + written - known_released <= UNITS)

inline publish() {
    if
    :: written == published
    :: else ->
        first = published;
#ifdef BUG_TERMINATOR_AFTER_PUBLICATION
        atomic { PRODUCER_STORES(COMMIT, first % UNITS, written - first); published_messages = messages };
#endif
#ifndef BUG_NO_TERMINATOR
        if
        :: cleared != written -> PRODUCER_STORES(COMMIT, written % UNITS, 0)
        :: else
        fi;
#endif
#ifndef BUG_TERMINATOR_AFTER_PUBLICATION
        atomic { PRODUCER_STORES(COMMIT, first % UNITS, written - first); published_messages = messages };
#endif
        published = written;
        wake_consumer_of(first);
#ifndef NO_CLEARING_AHEAD
        d_step {
            ahead = 2 * written - first;
            cleared = NOWHERE;
            if
            :: CLEARS_AHEAD -> cleared = ahead
            :: else
            fi;
            ahead = 0
        };
        if
        :: cleared != NOWHERE -> PRODUCER_STORES(COMMIT, cleared % UNITS, 0)
        :: else
        fi;
#endif
        first = 0
    fi
}

/* acquire, and the wait for room where there is none. */
inline acquire() {
    if
    :: HAS_ROOM
    :: else ->
        known_released = released;
        if
        :: HAS_ROOM
        :: else ->
#ifndef BUG_NO_PUBLICATION_BEFORE_WAITING
            publish();
#endif
            known_released = released;
            if
            :: HAS_ROOM
            :: else -> wait_for_room()
            fi
        fi
    fi
}

inline wait_for_room() {
    PRODUCER_STORES(WANTS_ROOM, 0, written + units + TERMINATOR_UNITS - UNITS + 1);
#ifdef PRODUCER_SPINS
    (units + TERMINATOR_UNITS + written - released <= UNITS || reader_closed || consumer_dead);
    known_released = released;
#else
    do
    :: HAS_ROOM || reader_gone -> break
    :: else ->
#ifndef BUG_NO_FENCE_BEFORE_A_PRODUCER_SLEEPS
        PRODUCER_FENCE;
#endif
        reader_gone = consumer_dead;
        known_released = released;
        if
        :: HAS_ROOM || reader_gone || reader_closed -> break
        :: else ->
#ifdef BUG_SLEEPS_ON_ANOTHER_VALUE_THAN_IT_TESTED
            seen = released;
            SLEEP_UNLESS(released != seen || reader_closed, producer_sleeps, consumer_dead);
            seen = 0;
#else
            SLEEP_UNLESS(released != known_released || reader_closed, producer_sleeps, consumer_dead);
#endif
            known_released = released
        fi
    od;
#endif
    reader_gone = consumer_dead || reader_closed;
    PRODUCER_STORES(WANTS_ROOM, 0, 0)
}

active proctype Producer() {
    byte written, published, known_released, messages, units, until = PUBLISH_EVERY;
    byte cleared = NOWHERE, first, ahead, seen;
    bool reader_gone, rolled_back;
    {
        do
        :: messages < MESSAGES && !reader_gone ->
            if
            :: units = 1
            :: units = 2
            fi;
            acquire();
            if
            :: reader_gone -> break
            :: else
            fi;
#ifndef BUG_TRUSTS_A_CLEARED_WORD_THAT_A_MESSAGE_COVERED
            d_step {
                if
                :: cleared != NOWHERE && cleared - written < units && cleared >= written -> cleared = NOWHERE
                :: else
                fi
            };
#endif
            /* The payload of two units covers where the commit word of another record may lie. */
            if
            :: units == 2 -> PRODUCER_STORES(COMMIT, (written + 1) % UNITS, JUNK)
            :: else
            fi;
            if
#ifdef ROLLS_BACK
            :: !rolled_back -> rolled_back = true /* another message comes here */
#endif
            :: true ->
#ifdef BUG_COMMIT_TOUCHES_THE_COMMIT_WORD
                PRODUCER_STORES(COMMIT, written % UNITS, units);
#endif
                PRODUCER_STORES(RECORD, written % UNITS, messages * 2 + units - 1);
                d_step { written = written + units; messages++; until-- };
                if
                :: until == 0 -> until = PUBLISH_EVERY; publish()
                :: else
                fi
            fi
        :: else -> break
        od;
        publish();
        PRODUCER_STORES(COMMIT, published % UNITS, CLOSED);
#ifndef BUG_CLOSES_WITHOUT_A_WAKE
        wake_consumer_of(published);
#endif
        producer_done = true
    } unless { producer_crashes };
#ifdef STORE_BUFFER
    (len(producer_stores) == 0); /* what was executed is seen before the kernel tells of the death */
#endif
    d_step {
        if
        :: !producer_done -> producer_dead = true
        :: else
        fi;
        written = 0; published = 0; known_released = 0; units = 0; until = 0; cleared = 0; first = 0;
        ahead = 0; seen = 0; reader_gone = false; rolled_back = false
    }
}

inline wake_producer_if_wanted(wanted) {
    if
    :: wanted == 0 -> woken_for = 0
    :: wanted != 0 && wanted != woken_for && known_released + 1 >= wanted ->
        woken_for = wanted;
        CONSUMER_FENCE;
        producer_sleeps = false
    :: else
    fi
}

inline release() {
    CONSUMER_STORES(RELEASED, 0, position);
    known_released = position;
#ifndef PRODUCER_SPINS
    unfenced = true;
    wake_producer_if_wanted(seen)
#endif
}

/* What a poll that finds nothing does. */
inline nothing_there() {
#ifndef PRODUCER_SPINS
    if
    :: unfenced ->
        unfenced = false;
#ifndef BUG_NO_FENCE_AFTER_THE_LAST_RELEASE
        CONSUMER_FENCE;
#endif
        seen = wants_room;
        wake_producer_if_wanted(seen)
    :: else
    fi
#else
    skip
#endif
}

inline sleep() {
    CONSUMER_STORES(WAITING, 0, position + 1);
#ifndef BUG_NO_FENCE_BEFORE_A_CONSUMER_SLEEPS
    CONSUMER_FENCE;
#endif
#ifndef PRODUCER_SPINS
    seen = wants_room;
    wake_producer_if_wanted(seen);
#endif
#ifdef BUG_SLEEPS_WHATEVER_THE_WORD_SAYS
    SLEEP_UNLESS(false, consumer_sleeps, producer_dead);
#else
    SLEEP_UNLESS(commit[position % UNITS] != 0, consumer_sleeps, producer_dead);
#endif
    CONSUMER_STORES(WAITING, 0, 0)
}

/* Waits until there is a run, the end of the stream, or nothing more to come: word, or peer_dead. */
inline next_run() {
    word = commit[position % UNITS];
    do
    :: word != 0 || peer_dead -> break
    :: else ->
        nothing_there();
#ifdef CONSUMER_SPINS
        (commit[position % UNITS] != 0 || producer_dead);
#else
        sleep();
#endif
#ifdef BUG_LOOKS_AT_THE_WORD_BEFORE_IT_LEARNS_OF_THE_DEATH
        word = commit[position % UNITS];
        peer_dead = producer_dead
#else
        peer_dead = producer_dead;
        word = commit[position % UNITS]
#endif
    od
}

active proctype Consumer() {
    byte position, known_released, left, expected, word, seen, woken_for, taken;
    bool unfenced, peer_dead;
    {
        do
#ifdef READER_CLOSES_AFTER
        :: expected == READER_CLOSES_AFTER && left == 0 ->
            CONSUMER_STORES(READER_CLOSED, 0, true);
#if !defined(PRODUCER_SPINS) && !defined(BUG_A_READER_CLOSES_WITHOUT_A_WAKE)
            CONSUMER_FENCE;
            producer_sleeps = false;
#endif
            break
        :: expected != READER_CLOSES_AFTER || left != 0 ->
#else
        :: true ->
#endif
            if
            :: left == 0 ->
                next_run();
                if
                :: word == CLOSED || (word == 0 && peer_dead) -> break
                :: else
                fi;
                assert(word <= UNITS - 1);
                left = word;
                word = 0
            :: else
            fi;
            taken = record[position % UNITS];
            assert(taken / 2 == expected);
            assert(taken % 2 + 1 <= left);
#ifdef BUG_RELEASES_BEFORE_IT_HAS_READ
            CONSUMER_STORES(RELEASED, 0, position + taken % 2 + 1);
#endif
            assert(taken == record[position % UNITS]); /* the end of reading it */
            d_step {
                position = position + taken % 2 + 1;
                left = left - (taken % 2 + 1);
                expected++;
                taken = 0
            };
            seen = wants_room;
            if
#ifdef BUG_NO_RELEASE_AT_THE_END_OF_A_RUN
            :: position - known_released >= RELEASE_EVERY ||
#else
            :: left == 0 || position - known_released >= RELEASE_EVERY ||
#endif
               (seen != 0 && position + 1 >= seen) -> release()
            :: else
            fi
        od;
        assert(word != CLOSED || expected == MESSAGES);
        assert(!peer_dead || word != 0 || expected == published_messages);
        consumer_done = true
    } unless { consumer_crashes };
#ifdef STORE_BUFFER
    (len(consumer_stores) == 0);
#endif
    d_step {
        if
        :: !consumer_done -> consumer_dead = true
        :: else
        fi;
        position = 0; known_released = 0; left = 0; expected = 0; word = 0; seen = 0; woken_for = 0;
        taken = 0; unfenced = false; peer_dead = false
    }
}

#ifdef CRASH
active proctype Crash() {
    if
    :: producer_crashes = true
    :: consumer_crashes = true
    :: true
    fi
}
#endif

