# SPDX-License-Identifier: Apache-2.0
"""The hostile peer: takes the other side of a handshake, and does one thing in it wrongly.

    hostile_peer.py LABEL PATH     attacks whoever connects to PATH, or listens there

The labels are those of the tests; what comes back is printed."""

import argparse
import contextlib
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import wire
from hostile_cases import HandshakeCase, handshake_cases
from wire import CONSUMER, PRODUCER, Frame, MemoryObject, Shape

KINDS = {
    "hello": wire.HELLO,
    "offer": wire.OFFER,
    "accept": wire.ACCEPT,
    "ready": wire.READY,
}
BRING_AN_OBJECT = ("offer", "accept")
PATIENCE_S = 10.0
LATE_S = 0.07
INSANE = b"no\x1b[31m thanks"


def connect(path: Path) -> socket.socket:
    """As soon as somebody listens."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sock.settimeout(PATIENCE_S)
        try:
            sock.connect(str(path))
            return sock
        except (FileNotFoundError, ConnectionRefusedError):
            sock.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.0005)


@contextlib.contextmanager
def listening(path: Path, backlog: int = 1) -> Iterator[socket.socket]:
    """A listener at the path, which is removed afterwards."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as sock:
        sock.settimeout(PATIENCE_S)
        sock.bind(str(path))
        try:
            sock.listen(backlog)
            yield sock
        finally:
            path.unlink()


def accept(listener: socket.socket) -> socket.socket:
    """The next connector."""
    sock, _ = listener.accept()
    sock.settimeout(PATIENCE_S)
    return sock


def descriptor_of(kind: str, good: int, theirs: int | None) -> int:
    """Something else than the memory object."""
    if kind == "theirs":
        assert theirs is not None
        return os.dup(theirs)
    if kind == "pipe":
        reading, writing = os.pipe()
        os.close(writing)
        return reading
    if kind == "socket":
        return socket.socket().detach()
    if kind == "regular file":
        with tempfile.TemporaryFile() as file:
            file.truncate(os.fstat(good).st_size)
            return os.dup(file.fileno())
    named = {
        "zero": ("/dev/zero", os.O_RDWR),
        "directory": ("/tmp", os.O_RDONLY),
        "O_RDONLY": (f"/proc/self/fd/{good}", os.O_RDONLY),
        "O_PATH": (f"/proc/self/fd/{good}", os.O_PATH),
    }
    path, flags = named[kind]
    return os.open(path, flags | os.O_CLOEXEC)


def shape_for(case: HandshakeCase, kind: str) -> Shape:
    """What the case makes of the memory object."""
    changes = dict(case.object)
    if changes.pop("kind", "") == "other":
        kind = "feedback" if kind == "data" else "data"
    without = changes.pop("without", "")
    seals = tuple(name for name in wire.SEALS if without not in (name, "all"))
    header = tuple(changes.pop("header", {}).items())
    return Shape(kind=kind, seals=seals, header=header, **changes)


class Attack:
    """One case on one connection. Use in a with statement, which closes all."""

    def __init__(self, case: HandshakeCase, sock: socket.socket) -> None:
        self.case, self.sock = case, sock
        listener_produces = case.swapped
        i_produce = case.listens != listener_produces
        self.role = PRODUCER if i_produce else CONSUMER
        self.kind = "data" if i_produce else "feedback"
        self.theirs: list[int] = []
        self.open = contextlib.ExitStack()
        self.open.callback(sock.close)

    def __enter__(self) -> "Attack":
        return self

    def __exit__(self, *_: object) -> None:
        self.open.close()

    def receive(self) -> Frame | None:
        """Their next frame; descriptors are kept until the end."""
        frame, descriptors = wire.receive(self.sock)
        for descriptor in descriptors:
            self.open.callback(os.close, descriptor)
        self.theirs += descriptors
        return frame

    def descriptors(self, name: str, is_wrong: bool) -> list[int]:
        """What goes with a frame."""
        count = int(name in BRING_AN_OBJECT)
        case = self.case
        if is_wrong and case.brings is not None:
            count = case.brings
        if count == 0:
            return []
        shape = shape_for(case, self.kind) if is_wrong else Shape(kind=self.kind)
        memory_object = MemoryObject(shape)
        self.open.callback(memory_object.close)
        if is_wrong and case.instead:
            theirs = self.theirs[0] if self.theirs else None
            other = descriptor_of(case.instead, memory_object.descriptor, theirs)
            self.open.callback(os.close, other)
            return [other]
        return [memory_object.descriptor] * count

    def ancillary(self, name: str, is_wrong: bool) -> list[tuple[int, int, bytes]]:
        """The ancillary data of a frame."""
        descriptors = self.descriptors(name, is_wrong)
        found = [wire.rights(descriptors)] if descriptors else []
        if is_wrong and self.case.control == "rights":
            found.append(wire.rights(descriptors))
        if is_wrong and self.case.control == "credentials":
            me = struct.pack("3i", os.getpid(), os.getuid(), os.getgid())
            found.append((socket.SOL_SOCKET, socket.SCM_CREDENTIALS, me))
        return found

    def send(self, name: str) -> None:
        """One frame; the one that the case names is wrong."""
        case = self.case
        is_wrong = name == case.at
        frame = Frame(kind=KINDS[name], role=self.role)
        if is_wrong:
            frame = frame.changed(case.set)
        data = frame.pack()
        if is_wrong and case.does == "refuse":
            data = Frame(kind=wire.REJECT, reason=INSANE).pack()
            self.sock.sendall(data)
            return
        if is_wrong and case.length is not None:
            data = (data * (case.length // len(data) + 1))[: case.length]
        if case.does == "late":
            time.sleep(LATE_S)
        for _ in range(2 if is_wrong and case.does == "twice" else 1):
            self.sock.sendmsg([data], self.ancillary(name, is_wrong))

    def run(self) -> Frame | None:
        """The whole handshake; their last word, or None when they left without one."""
        mine = ("hello", "accept") if self.case.listens else ("offer", "ready")
        if not self.case.listens:
            self.receive()
        for name in mine:
            is_wrong = name == self.case.at
            if is_wrong and self.case.does == "leave":
                self.sock.shutdown(socket.SHUT_RDWR)
                return None
            if not (is_wrong and self.case.does == "silence"):
                with contextlib.suppress(BrokenPipeError):  # they have given up before
                    self.send(name)
            if not self.case.listens and name == "ready":
                return self.receive() if is_wrong else None
            answer = self.receive()
            if answer is None or answer.kind == wire.REJECT:
                return answer
        return answer


def main() -> int:
    """One attack, from the command line."""
    cases = {case.label: case for case in handshake_cases()}
    parser = argparse.ArgumentParser(prog="hostile_peer", description=__doc__.splitlines()[0])
    parser.add_argument("label", help="of a test of test_hostile.py, without the language")
    parser.add_argument("path", type=Path, help="of the socket")
    options = parser.parse_args()
    case = cases.get(options.label)
    if case is None:
        parser.error(f"label is {options.label}; it must be one of those that the tests have")
    if case.listens:
        with Attack(case, connect(options.path)) as attack:
            print(attack.run())
    else:
        with listening(options.path) as listener, Attack(case, accept(listener)) as attack:
            print(attack.run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
