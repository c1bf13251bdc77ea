# SPDX-License-Identifier: Apache-2.0
"""tickring and tachyon-ipc through one interface, as far as the probes need it."""

import ctypes
import os
import re
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wire

Handle = Any  # a bus, or a message of it, of either library
CAPACITY = 4096
SOON_S = 0.5


def mapping(name: str) -> int:
    """Where this process has a memory file of that name mapped for writing."""
    maps = Path("/proc/self/maps").read_text()
    found = re.search(rf"^(\w+)-\w+ rw-s .*/memfd:{re.escape(name)}", maps, re.MULTILINE)
    assert found, maps
    return int(found[1], 16)


def poke(address: int, layout: str, value: int) -> None:
    """Stores a word, whoever else is looking."""
    data = struct.pack(layout, value)
    ctypes.memmove(address, data, len(data))


def within(seconds: float, call: Callable[[], Handle]) -> Handle:
    """What a call that may never return has answered by then; None: nothing. What it raises is
    raised here."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append(call())
        except Exception as failure:
            answer.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if answer and isinstance(answer[0], Exception):
        raise answer[0]
    return answer[0] if answer else None


class Tickring:
    """This project's ring."""

    name = "tickring"

    def __init__(self) -> None:
        import tickring

        self.library = tickring
        self.late = 0
        self.error: type[Exception] = tickring.Error

    def listen(self, path: str, capacity: int = CAPACITY) -> Handle:
        """The receiving end; waits for a connector."""
        return self.library.Bus.listen(path, capacity, wait="park")

    def connect(self, path: str) -> Handle:
        """The sending end."""
        return self.library.Bus.connect(path, publish_every=32)

    def close(self, bus: Handle) -> None:
        """Whatever of it is still in use."""
        bus.close()

    def room(self, bus: Handle, size: int) -> Handle:
        """For a message, as a context manager that has a buffer."""
        return bus.try_send_zero_copy(size)

    def flush(self, bus: Handle) -> None:
        """Publishes what has been sent."""
        bus.flush()

    def take(self, bus: Handle) -> bytes | None:
        """The next message; None: there is none."""
        try:
            return bus.recv(SOON_S)[1]
        except self.library.Timeout:
            return None

    def wait(self, bus: Handle) -> bytes:
        """The next message, however long it takes."""
        return bus.recv()[1]

    def was_lost(self, bus: Handle, overdue_ns: int) -> bool:
        """Whether the wake for a message was, which could have been received so long ago. It counts
        the sleeps that ended by their time slice, of 50 ms at most, with something to do."""
        before, self.late = self.late, bus.stats()["late_wakes_count"]
        return self.late > before and overdue_ns > 10_000_000

    def break_size(self, position: int, size: int) -> None:
        """In the header of the record at a position."""
        records = mapping("tickring") + 2 * wire.PAGE
        poke(records + position % CAPACITY + wire.RECORD_WORDS["payload_bytes"], "<I", size)

    def claim(self, position: int, more: int) -> None:
        """Says that so many bytes more than there can be were published from a position on."""
        records = mapping("tickring") + 2 * wire.PAGE
        poke(records + position % CAPACITY, "<I", more // wire.UNIT)

    def offer(self, memory_bytes: int) -> tuple[bytes, bytes, int]:
        """What a listener with a memory file of that size sends: a frame, a broken one, and the
        descriptor; the ring that the frame promises is 1 MiB."""
        shape = wire.Shape(kind="data", capacity=1 << 20)
        short = wire.Shape("data", 1 << 20, memory_bytes - shape.object_bytes)
        descriptor = wire.MemoryObject(short).descriptor
        frame = wire.Frame(kind=wire.OFFER, role=wire.PRODUCER, capacity_bytes=1 << 20)
        return frame.pack(), frame.changed({"version": 99}).pack(), descriptor


class Tachyon:
    """The package tachyon-ipc; its layout was read in its sources."""

    name = "tachyon"
    header = struct.Struct("<8I")
    magic, version, header_bytes = 0x54414348, 4, 768

    def __init__(self) -> None:
        import tachyon

        self.library = tachyon
        # It has no class of its own for a failed connection.
        self.error: type[Exception] = Exception
        self.path = ""

    def listen(self, path: str, capacity: int = CAPACITY) -> Handle:
        """One end; waits for a connector."""
        self.path = path
        return self.library.Bus.listen(path, capacity)

    def connect(self, path: str) -> Handle:
        """The other end."""
        return self.library.Bus.connect(path)

    def close(self, bus: Handle) -> None:
        """Whatever of it is still in use."""
        bus._bus.destroy()

    def room(self, bus: Handle, size: int) -> Handle:
        """For a message, as a context manager that has a buffer."""
        return Sized(bus._bus.acquire_tx(size), size)

    def flush(self, bus: Handle) -> None:
        """Publishes what has been sent."""
        bus._bus.flush()

    def take(self, bus: Handle) -> bytes | None:
        """The next message; None: there is none, and the call still waits."""

        def receive() -> bytes:
            with bus._bus.acquire_rx(100) as rx, memoryview(rx) as view:
                return bytes(view)

        return within(SOON_S, receive)

    def wait(self, bus: Handle) -> bytes:
        """The next message, however long it takes; sleeps at once."""
        with bus._bus.acquire_rx(0) as rx, memoryview(rx) as view:
            return bytes(view)

    def was_lost(self, bus: Handle, overdue_ns: int) -> bool:
        """As above; its sleeps last 200 ms."""
        return overdue_ns > 100_000_000

    def break_size(self, position: int, size: int) -> None:
        """In the header of the record at a position, with the reserved size to match."""
        record = mapping(self.path) + self.header_bytes + position % CAPACITY
        poke(record, "<I", size)
        poke(record + 8, "<I", CAPACITY)

    def claim(self, position: int, more: int) -> None:
        """Says that so many bytes more than there can be were published from a position on."""
        poke(mapping(self.path) + 128, "<Q", position + more)

    def offer(self, memory_bytes: int) -> tuple[bytes, bytes, int]:
        """As for tickring."""
        capacity = 1 << 20
        descriptor = os.memfd_create("hostile", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, memory_bytes)
        os.pwrite(descriptor, struct.pack("<5I", self.magic, self.version, capacity, 64, 2), 0)
        fields = [self.version, capacity, capacity + self.header_bytes, 0, 0, 64, 0]
        return (
            self.header.pack(self.magic, *fields),
            self.header.pack(0, *fields),
            descriptor,
        )


class Sized:
    """A message of the size that was asked for: theirs is 0 until it is set."""

    def __init__(self, guard: Handle, size: int) -> None:
        self.guard, self.size = guard, size

    def __enter__(self) -> Handle:
        self.guard.__enter__()
        self.guard.actual_size = self.size
        return self.guard

    def __exit__(self, *reason: Handle) -> Handle:
        return self.guard.__exit__(*reason)


ENDS: dict[str, Callable[[], Tickring | Tachyon]] = {"tickring": Tickring, "tachyon": Tachyon}


def send(ends: Tickring | Tachyon, bus: Handle, payload: bytes) -> None:
    """Commits one message; raises what the library raises when there is no room."""
    with ends.room(bus, len(payload)) as tx, memoryview(tx) as view:
        view[: len(payload)] = payload
