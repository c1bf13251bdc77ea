# SPDX-License-Identifier: Apache-2.0
"""A peer that goes through the handshake as it should, and then does to its own memory whatever the
attack is. What the other end writes it only reads."""

import contextlib
import mmap
import os
import random
import time
from pathlib import Path

import wire
from hostile_cases import SessionCase
from hostile_peer import PATIENCE_S, accept, connect, listening
from victims import Order
from wire import CAPACITY, CONSUMER, PAGE, PRODUCER, UNIT, Frame, MemoryObject, Shape, load

UNITS = CAPACITY // UNIT
ROOM = UNITS - 1  # messages of one unit that fit
WAYS = {"consumer": "listen", "producer": "connect"}  # of the end that is attacked


def fill(memory_object: MemoryObject, how: str) -> None:
    """Everything behind the header page."""
    length = len(memory_object.memory) - PAGE
    content = {"zero": bytes(length), "ones": b"\xff" * length}.get(how)
    memory_object.memory[PAGE:] = content or random.Random(how).randbytes(length)


class SessionPeer:
    """A session, set up by a producer that connects or a consumer that listens. To be made after
    the order to the other end; use in a with statement."""

    def __init__(self, path: Path, role: str, fill_with: str = "") -> None:
        self.path, self.role, self.open = path, role, contextlib.ExitStack()
        self.kind = "data" if role == "producer" else "feedback"
        self.mine = MemoryObject(Shape(kind=self.kind))
        self.open.callback(self.mine.close)
        if fill_with:
            fill(self.mine, fill_with)

    def frame(self, kind: int) -> bytes:
        """One of ours."""
        return Frame(kind=kind, role=PRODUCER if self.role == "producer" else CONSUMER).pack()

    def receive_object(self) -> mmap.mmap:
        """Theirs, for reading."""
        _, descriptors = wire.receive(self.sock)
        memory = mmap.mmap(descriptors[0], 0, prot=mmap.PROT_READ)
        os.close(descriptors[0])
        return memory

    def __enter__(self) -> "SessionPeer":
        rights = [wire.rights([self.mine.descriptor])]
        if self.role == "producer":
            self.sock = connect(self.path)
            self.sock.sendall(self.frame(wire.HELLO))
            self.theirs = self.receive_object()
            self.sock.sendmsg([self.frame(wire.ACCEPT)], rights)
            wire.receive(self.sock)
        else:
            with listening(self.path) as listener:
                self.sock = accept(listener)
            wire.receive(self.sock)
            self.sock.sendmsg([self.frame(wire.OFFER)], rights)
            self.theirs = self.receive_object()
            self.sock.sendall(self.frame(wire.READY))
        self.open.callback(self.sock.close)
        self.open.callback(self.theirs.close)
        return self

    def __exit__(self, *_: object) -> None:
        self.open.close()

    def announcement(self) -> int:
        """Of the other end: what it waits for; 0: it does not."""
        if self.role == "producer":
            return load(self.theirs, "feedback", "waiting")
        return load(self.theirs, "data", "wants_room")

    def wait_until(self, what: str, holds: object) -> None:
        """Polls; `holds` is called."""
        assert callable(holds)
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s: {what}"
            os.sched_yield()

    def wait_for_its_sleep(self) -> None:
        """Until the other end has announced that it waits."""
        self.wait_until("the other end waits", self.announcement)

    def publish(self, position: int, payload_bytes: int = 32) -> None:
        """A producer's message, a run by itself in one unit."""
        unit, behind = position // UNIT % UNITS, (position // UNIT + 1) % UNITS
        self.mine.store("commit", 0, behind)
        self.mine.store("payload_bytes", payload_bytes, unit)
        self.mine.store("commit", 1, unit)

    def released(self) -> int:
        """What a consumer at the other end has given back."""
        return load(self.theirs, "feedback", "released")

    def published(self, position: int) -> bool:
        """Whether a producer at the other end has published at a position."""
        offset = 2 * PAGE + position % CAPACITY
        return self.theirs[offset : offset + 4] != bytes(4)


def attack(case: SessionCase, path: Path) -> SessionPeer:
    """The peer of a row of words.toml, ready for its with statement."""
    role = "producer" if case.role == "consumer" else "consumer"
    peer = SessionPeer(path, role, case.fill)
    for store in case.before:
        peer.mine.store(*store)
    return peer


def order_for(role: str, path: Path, **more: int | str) -> Order:
    """For the end of that role."""
    return Order(WAYS[role], role, path, **more)


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
