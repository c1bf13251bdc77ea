# SPDX-License-Identifier: Apache-2.0
"""Attacks that take more than one step: words that change while they are read or after they were
checked, and wakes without a reason."""

import ctypes
import functools
import mmap
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import wire
from rules import OTHER, goes_on, nothing_stays
from session_peer import ROOM, UNITS, WAYS, SessionPeer, order_for, serve_one
from victims import GRACE_NS, OK, Victim
from wire import CAPACITY, PAGE, UNIT

FUTEX, WAKE = 202, 1  # system call of x86-64; shared, not private
STORM_S = 0.1


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


@pytest.mark.parametrize("role", WAYS)
def test_the_header_is_never_read_again(role: str, victim: Victim, path: Path) -> None:  # F90
    order = order_for(role, path, wait="spin", messages=100)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        with SessionPeer(path, OTHER[role]) as peer:
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
        with SessionPeer(path, OTHER[role]) as peer:
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


def test_a_record_across_the_end_of_the_ring_is_delivered_whole(
    victim: Victim, path: Path
) -> None:  # F85
    order = order_for("consumer", path, messages=2)
    with nothing_stays(victim, path.parent):
        victim.start(order)
        peer = SessionPeer(path, "producer", fill_with="85")
        records = memoryview(peer.mine.memory)[2 * PAGE :]
        for unit, run, size in ((0, ROOM, CAPACITY - UNIT - 16), (ROOM, 2, 112)):
            peer.mine.store("payload_bytes", size, unit)
            peer.mine.store("commit", run, unit)
        expected = sum(records[16 : ROOM * UNIT]) + sum(records[-48:]) + sum(records[:UNIT])
        records.release()
        with peer:
            outcome = victim.outcome()
        assert (outcome.code, outcome.sum) == (OK, expected)
        goes_on(victim, order)
