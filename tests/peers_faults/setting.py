# SPDX-License-Identifier: Apache-2.0
"""What the probes are made of: two ends in one process, and a listener that is none."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ends import CAPACITY, Handle, Tachyon, Tickring, send
from hostile_peer import accept

Seen = tuple[bool, str]  # whether what must hold does, and in words
Ends = Tickring | Tachyon


def wait_until_asleep(pid: int) -> None:
    """Every thread of it, of which there is one that is looked for."""
    deadline = time.monotonic() + 5
    while not are_asleep(Path(f"/proc/{pid}/task")):
        assert time.monotonic() < deadline, "it does not go to sleep"
        os.sched_yield()


def are_asleep(tasks: Path) -> bool:
    """By what the system says of their states."""
    states = [(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks.iterdir()]
    return set(states) == {"S"}


@dataclass
class Pair:
    """Both ends of a bus, in this process."""

    ends: Ends
    sender: Handle
    receiver: Handle

    def send(self, payload: bytes) -> None:
        """Commits and publishes."""
        send(self.ends, self.sender, payload)
        self.ends.flush(self.sender)

    def take(self) -> bytes | None:
        """The next message; None: there is none."""
        return self.ends.take(self.receiver)


def connect_soon(ends: Ends, path: str) -> Handle:
    """As soon as somebody listens."""
    deadline = time.monotonic() + 5
    while True:
        try:
            return ends.connect(path)
        except ends.error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.001)


def pair(ends: Ends, path: str, capacity: int = CAPACITY) -> Pair:
    """The listener receives."""
    listeners: list[Handle] = []
    thread = threading.Thread(target=lambda: listeners.append(ends.listen(path, capacity)))
    thread.start()
    sender = connect_soon(ends, path)
    thread.join()
    return Pair(ends, sender, listeners[0])


def descriptors() -> set[int]:
    """Those that are open."""
    return {int(name) for name in os.listdir("/proc/self/fd")}


@contextlib.contextmanager
def fake_listener(ends: Ends, path: str, say: Callable[[socket.socket], None]) -> Iterator[None]:
    """A listener in another process that says something to whoever connects, and then nothing."""
    kind = socket.SOCK_SEQPACKET if ends.name == "tickring" else socket.SOCK_STREAM
    listener = socket.socket(socket.AF_UNIX, kind)
    listener.bind(path)
    listener.listen(1)
    child = os.fork()
    if child == 0:
        sock = accept(listener)
        with contextlib.suppress(OSError):
            say(sock)
        signal.pause()
    listener.close()
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def connect_to_fake(ends: Ends, path: str, say: Callable[[socket.socket], None]) -> tuple[str, int]:
    """How a connection ends, and how many descriptors are left of it."""
    with fake_listener(ends, path, say):
        before = descriptors()
        try:
            bus = ends.connect(path)
            said = "it connects"
            ends.close(bus)
        except ends.error as failure:
            said = f"refused: {failure}"
        return said, len(descriptors() - before)


def is_open(descriptor: int) -> bool:
    """Not the one that read the list."""
    return os.path.exists(f"/proc/self/fd/{descriptor}")
