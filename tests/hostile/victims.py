# SPDX-License-Identifier: Apache-2.0
"""The ends that are attacked: programs over the C library, the Python module and the Rust crate,
each running session after session in one process, and what the rules say of them.

A victim that dies, hangs, or holds more after a session than before breaks a rule, whatever it
answers."""

import json
import os
import resource
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tickring

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
PROGRAMS = {
    "c": [str(BUILD / "tests" / "hostile" / "victim")],
    "python": [sys.executable, str(HERE / "victim.py")],
    "rust": [str(BUILD / "cargo" / "release" / "hostile-victim")],
}
HANG_S = 10.0
GRACE_NS = 250_000_000  # beyond a deadline
MAPPINGS_SLACK = 8  # an allocator's
OK = "Ok"


def names() -> dict[int, str]:
    """The codes by the names that Python and Rust give them."""
    classes = [value for value in vars(tickring).values() if isinstance(value, type)]
    errors = [one for one in classes if issubclass(one, tickring.Error) and one.code is not None]
    return {0: OK} | {one.code: one.__name__ for one in errors}


NAMES = names()


@dataclass(frozen=True)
class Order:
    """What a victim is to do; victim.c has the words."""

    opens: str  # listen, connect
    role: str  # producer, consumer
    path: Path
    wait: str = "hybrid"
    capacity_bytes: int = 4096
    handshake_ms: int = 5000
    arrival_ms: int = 5000
    call_ms: int = 5000
    messages: int = 1
    payload_bytes: int = 32

    def line(self) -> str:
        """As the victim reads it."""
        words = [self.opens, self.role, self.wait, self.capacity_bytes, self.handshake_ms]
        words += [self.arrival_ms, self.call_ms, self.messages, self.payload_bytes, self.path]
        return " ".join(map(str, words)) + "\n"


@dataclass(frozen=True)
class Outcome:
    """What a victim says of one order."""

    stage: str  # the call that failed, or the last: open, work
    code: str
    text: str
    elapsed_ns: int  # in that call
    messages: int
    bytes: int
    sum: int  # of all bytes received


class BrokenRuleError(AssertionError):
    """A victim did what no attack may make it do."""


@dataclass(frozen=True)
class Holdings:
    """What a process holds."""

    descriptors: int
    ring_mappings: int
    mappings: int


class Victim:
    """One running program."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.process = subprocess.Popen(
            PROGRAMS[language], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.unread = b""
        self.before: Holdings | None = None

    def start(self, order: Order) -> None:
        """Orders it, without waiting."""
        assert self.process.stdin
        self.process.stdin.write(order.line().encode())

    def outcome(self) -> Outcome:
        """Its answer; neither a hang nor a death is one."""
        answer = json.loads(self._line())
        if isinstance(answer["code"], int):
            answer["code"] = NAMES[answer["code"]]
        return Outcome(**answer)

    def _line(self) -> bytes:
        assert self.process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.unread:
                if not selector.select(HANG_S):
                    raise BrokenRuleError(f"{self.language}: hangs for {HANG_S:.0f} s")
                data = os.read(self.process.stdout.fileno(), 65536)
                if not data:
                    status = self.process.wait()
                    raise BrokenRuleError(f"{self.language}: ended with status {status}")
                self.unread += data
        line, self.unread = self.unread.split(b"\n", 1)
        return line

    def holdings(self) -> Holdings:
        """What it holds between two orders."""
        proc = Path(f"/proc/{self.process.pid}")
        maps = (proc / "maps").read_text()
        return Holdings(len(os.listdir(proc / "fd")), maps.count("/memfd:"), maps.count("\n"))

    def check_holdings(self) -> None:
        """Against what it held the first time that this was called."""
        now = self.holdings()
        before = self.before = self.before or now
        if now.descriptors != before.descriptors:
            raise BrokenRuleError(f"descriptors: {before.descriptors} before, {now.descriptors}")
        if now.ring_mappings or now.mappings > before.mappings + MAPPINGS_SLACK:
            raise BrokenRuleError(f"mappings: {before} before, {now}")

    @contextmanager
    def limited(self, highest: int | None) -> Iterator[None]:
        """No descriptor at or above a number, for a while."""
        if highest is None:
            yield
            return
        pid, limit = self.process.pid, resource.RLIMIT_NOFILE
        before = resource.prlimit(pid, limit)
        resource.prlimit(pid, limit, (highest, before[1]))
        try:
            yield
        finally:
            resource.prlimit(pid, limit, before)

    def stop(self) -> None:
        """Ends it."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(HANG_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
