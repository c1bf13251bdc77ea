# SPDX-License-Identifier: Apache-2.0
"""Attacks that take more than one step: words that change while they are read or after they were
checked, wakes without a reason, and every single bit."""

import ctypes
import functools
import mmap
import random
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import wire
from rules import goes_on, nothing_stays
from session_peer import UNITS, SessionPeer
from victims import GRACE_NS, OK, Order, Outcome, Victim
from wire import CAPACITY, PAGE, UNIT, WORDS

FUTEX, WAKE = 202, 1  # system call of x86-64; shared, not private
STORM_S = 0.1
ROOM = UNITS - 1  # messages of one unit that fit
WAYS = {"consumer": "listen", "producer": "connect"}  # of the end that is attacked
PEERS = {"consumer": "producer", "producer": "consumer"}
ANY = {OK, "Corrupt", "Timeout", "PeerClosed"}


def order_for(role: str, path: Path, **more: int | str) -> Order:
    """For the end of that role."""
    return Order(WAYS[role], role, path, **more)


@contextmanager
def meanwhile(step: Callable[[], object]) -> Iterator[None]:
    """Does it over and over in a thread of its own."""
    is_over = threading.Event()

    def run() -> None:
        while not is_over.is_set():
            step()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def endless(peer: SessionPeer, payload_bytes: int) -> None:
    """A producer's ring full of runs of two units, each followed by the next."""
    for unit in range(0, UNITS, 2):
        peer.mine.store("payload_bytes", payload_bytes, unit)
        peer.mine.store("commit", 2, unit)


def serve_one(peer: SessionPeer, number: int) -> None:
    """What the other end needs for its next message, once it has done with the one before; of a
    producer, which has room at first, the one that fills the ring."""
    position = number * UNIT
    if peer.role == "producer":
        peer.wait_until("the message before is released", lambda: peer.released() == position)
        peer.publish(position)
    else:
        last = position + (ROOM - 1) * UNIT
        peer.mine.store("released", position)
        peer.wait_until("the next message is published", lambda: peer.published(last))


@pytest.mark.parametrize("role", WAYS)
def test_the_header_is_never_read_again(role: str, victim: Victim, path: Path) -> None:  # F90
    order = order_for(role, path, wait="spin", messages=100)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, PEERS[role]) as peer:
            peer.mine.memory[:PAGE] = b"\xff" * PAGE
            if role == "consumer":
                for number in range(100):
                    serve_one(peer, number)
            else:
                peer.wait_for_its_sleep()
                peer.mine.store("released", ROOM * UNIT)
            outcome = victim.outcome()
        assert (outcome.code, outcome.messages) == (OK, 100)


def test_a_released_position_that_falls_is_found(victim: Victim, path: Path) -> None:  # F89
    order = order_for("producer", path, messages=1000)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, "consumer") as peer:
            peer.wait_for_its_sleep()
            peer.mine.store("released", 32 * UNIT)
            mark = 33 * 2 + 1  # 64 units and one more position are taken: it waits for the next
            peer.wait_until("the ring is full again", lambda: peer.announcement() == mark)
            peer.mine.store("released", 16 * UNIT)
            outcome = victim.outcome()
        assert outcome.code == "Corrupt"
        assert "released in shared memory is 1024" in outcome.text
        assert outcome.messages == ROOM + 32
        goes_on(victim, order)


@pytest.mark.parametrize("role", WAYS)
def test_a_storm_of_wakes_does_not_hold_up_a_deadline(
    role: str, victim: Victim, path: Path
) -> None:  # F94
    order = order_for(role, path, wait="park", messages=1000, call_ms=int(STORM_S * 1000))
    libc = ctypes.CDLL(None)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, PEERS[role]) as peer:
            offset = 2 * PAGE if role == "consumer" else PAGE
            word = ctypes.c_uint32.from_buffer(peer.mine.memory, offset)
            wake = functools.partial(
                libc.syscall, FUTEX, ctypes.byref(word), WAKE, 1, None, None, 0
            )
            with meanwhile(wake):
                outcome = victim.outcome()
            del word, wake
        assert outcome.code == "Timeout"
        assert STORM_S * 1e9 <= outcome.elapsed_ns <= STORM_S * 1e9 + GRACE_NS
        goes_on(victim, order)


def flicker(memory: mmap.mmap) -> None:
    """Payload sizes that are far too large for a moment."""
    for unit in range(0, UNITS, 8):
        size = wire.word_at(memory, "I", 2 * PAGE + unit * UNIT + 4)
        size[0] = 0xFFFFFFFF
        size[0] = 112


def test_a_size_that_changes_while_it_is_read_is_read_once(
    victim: Victim, path: Path, is_exhaustive: bool
) -> None:  # F95
    deadline = time.monotonic() + (30 if is_exhaustive else 1)
    order = order_for("consumer", path, wait="spin", messages=20_000)
    with nothing_stays(victim, path.parent):
        while time.monotonic() < deadline:
            victim.start(order)
            peer = SessionPeer(path, "producer")
            endless(peer, 112)
            with peer, meanwhile(functools.partial(flicker, peer.mine.memory)):
                outcome = victim.outcome()
            assert outcome.code in (OK, "Corrupt")
            assert outcome.bytes == 112 * outcome.messages
            if outcome.code == "Corrupt":
                assert "payload_bytes in shared memory is 4294967295" in outcome.text
        goes_on(victim, order)


def test_a_payload_that_changes_is_still_a_payload(victim: Victim, path: Path) -> None:  # F96
    order = order_for("consumer", path, wait="spin", messages=5000)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        peer = SessionPeer(path, "producer")
        endless(peer, 112)

        def scribble() -> None:
            for unit in range(0, UNITS, 2):
                at = 2 * PAGE + unit * UNIT + 16
                peer.mine.memory[at : at + 112] = random.randbytes(112)

        with peer, meanwhile(scribble):
            outcome = victim.outcome()
        assert (outcome.code, outcome.bytes) == (OK, 5000 * 112)
        goes_on(victim, order)


def test_a_payload_is_delivered_as_it_is(victim: Victim, path: Path) -> None:  # F97
    order = order_for("consumer", path)
    content = random.Random(97).randbytes(CAPACITY - UNIT - 16)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        peer = SessionPeer(path, "producer")
        peer.mine.memory[2 * PAGE + 16 : 2 * PAGE + 16 + len(content)] = content
        peer.mine.store("payload_bytes", len(content))
        peer.mine.store("commit", 63)
        with peer:
            outcome = victim.outcome()
        assert (outcome.code, outcome.sum) == (OK, sum(content))


def attack_bit(victim: Victim, role: str, path: Path, bit: int) -> Outcome:
    """A session in which one bit of the peer's object is flipped, and the peer works otherwise."""
    count = 1 if role == "consumer" else ROOM + 1
    victim.start(order_for(role, path, messages=count, call_ms=20))
    peer = SessionPeer(path, PEERS[role])
    if role == "consumer":
        peer.publish(0)
    else:
        peer.mine.store("released", ROOM * UNIT)
    peer.mine.flip(bit)
    with peer:
        return victim.outcome()


def bits_of(offset: int, length: int) -> range:
    """Of so many bytes from an offset."""
    return range(offset * 8, (offset + length) * 8)


def words_of(role: str) -> dict[str, range]:
    """The bits that the end of a role reads, by word."""
    kind = "data" if role == "consumer" else "feedback"
    found = {}
    for word, (layout, offset) in WORDS[kind].items():
        found[word] = bits_of(offset, struct.calcsize(layout))
    if role == "consumer":
        for word, offset in wire.RECORD_WORDS.items():
            found[word] = bits_of(2 * PAGE + offset, 4)
    return found


EVERY_WORD = [(role, word, bits) for role in WAYS for word, bits in words_of(role).items()]


@pytest.mark.parametrize(
    "role, word, bits", EVERY_WORD, ids=[f"{role}-{word}" for role, word, _ in EVERY_WORD]
)
def test_every_bit_of_a_word_may_flip(
    role: str, word: str, bits: range, victim: Victim, path: Path
) -> None:  # F98
    with nothing_stays(victim, path.parent):
        for bit in bits:
            outcome = attack_bit(victim, role, path, bit)
            assert outcome.code in ANY, f"bit {bit - bits.start}: {outcome}"
            assert outcome.bytes <= CAPACITY
            assert outcome.elapsed_ns <= 20_000_000 + GRACE_NS
        goes_on(victim, order_for(role, path))


@pytest.mark.parametrize("role", WAYS)
def test_bits_that_nobody_reads_may_flip(
    role: str, victim: Victim, path: Path, is_exhaustive: bool
) -> None:  # F98
    read = {bit for bits in words_of(role).values() for bit in bits}
    bits = [bit for bit in range(2 * PAGE * 8) if bit not in read]
    if not is_exhaustive:
        bits = bits[:256] + bits[256::257]
    count = len(bits) + (ROOM - 1 if role == "producer" else 0)
    order = order_for(role, path, wait="spin", messages=count)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, PEERS[role]) as peer:
            for number, bit in enumerate(bits):
                peer.mine.flip(bit)
                serve_one(peer, number)
            outcome = victim.outcome()
        assert (outcome.code, outcome.messages) == (OK, count), outcome
        goes_on(victim, order)
