# SPDX-License-Identifier: Apache-2.0
"""One end of a bus, session after session on one path, until the producer's standard input ends.

    peer.py ROLE PATH WAIT PUBLISH_EVERY CAPACITY_BYTES REST_EVERY [FAULT]

FAULT is for the tests of the driver itself: what a broken peer or a broken library would do.
"""

import json
import mmap
import os
import select
import signal
import struct
import sys
import time
from pathlib import Path
from typing import Any

import tickring

MESSAGE, STOP = 1, 0
HEAD = struct.Struct("<QQ")  # stream, sequence; c/message.h has the drawing
PATTERN = bytes(range(256)) * 257
PATIENCE_S = 10.0
OK = 0


def report(event: str, ns: int | None = None, **more: int | str) -> None:
    print(json.dumps({"event": event, "ns": ns or time.monotonic_ns(), **more}), flush=True)


def message_bytes(sequence: int, largest: int) -> int:
    return largest if sequence % 61 == 60 else HEAD.size + sequence * 37 % 1000


def body(sequence: int, total_bytes: int) -> bytes:
    return PATTERN[sequence % 256 :][: total_bytes - HEAD.size]


class Faults:
    """Does what is wrong on purpose; with no name nothing."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.hoard: list[Any] = []

    def after_close(self, path: str) -> None:
        if self.name == "leak-descriptor":
            self.hoard.append(os.open("/dev/null", os.O_RDONLY))
        elif self.name == "leak-mapping":  # page by page in turn, so that they do not merge
            for protection in (mmap.PROT_READ, mmap.PROT_READ | mmap.PROT_WRITE):
                self.hoard.append(mmap.mmap(-1, 4096, prot=protection))
        elif self.name == "hang":
            signal.pause()
        elif self.name == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif self.name == "leave-file":
            Path(path + ".left").touch()

    def sequence(self, sequence: int) -> int:
        wrong = {"skip": 2, "double": 0}
        return wrong.get(self.name, 1) if sequence == 1 else sequence

    def payload(self, payload: bytes) -> bytes:
        if self.name == "tear" and len(payload) > HEAD.size:
            return payload[:-1] + bytes([payload[-1] ^ 1])
        return payload + b"." if self.name == "lengthen" and len(payload) < 1000 else payload


class Session:
    """What a side saw of one session."""

    def __init__(self, bus: tickring.Bus, rest_every: int) -> None:
        self.bus, self.rest_every = bus, rest_every
        self.largest = bus.max_payload_bytes
        self.stream = self.messages = self.violations = 0
        self.first_violation = ""

    def expect(self, what: str, value: int, expected: int) -> None:
        if value != expected:
            self.violations += 1
            self.first_violation = self.first_violation or f"{what} is {value}, expected {expected}"

    def count(self) -> None:
        self.messages += 1
        if self.rest_every and self.messages % self.rest_every == 0:
            time.sleep(0.001)

    def report_end(self, code: int) -> None:
        ended_ns = time.monotonic_ns()
        run_delay_ns = int(Path("/proc/self/schedstat").read_text().split()[1])
        maps = Path("/proc/self/maps").read_text()
        report(
            "ended",
            ended_ns,
            code=code,
            messages=self.messages,
            violations=self.violations,
            first_violation=self.first_violation,
            descriptors=len(os.listdir("/proc/self/fd")) - 1,
            mappings=maps.count("\n"),
            ring_mappings=maps.count("/memfd:tickring"),
            run_delay_ns=run_delay_ns,
        )


def produce(session: Session, faults: Faults) -> None:
    bus, sequence = session.bus, 0
    while sequence % 64 or not select.select([0], [], [], 0)[0]:
        head = HEAD.pack(session.stream, faults.sequence(sequence))
        payload = faults.payload(head + body(sequence, message_bytes(sequence, session.largest)))
        if sequence % 2:
            bus.send(payload, MESSAGE)
        else:
            with bus.send_zero_copy(len(payload), MESSAGE) as tx, memoryview(tx) as view:
                view[:] = payload
        sequence += 1
        session.count()
    bus.send(b"", STOP)


def consume(session: Session, last_stream: int) -> None:
    expected = 0
    while True:
        type_id, payload = session.bus.recv()
        if type_id == STOP:
            return
        stream, sequence = HEAD.unpack_from(payload)
        if session.stream == 0 and stream != last_stream:
            session.stream = stream
        size = message_bytes(sequence, session.largest)
        session.expect("stream", stream, session.stream)
        session.expect("sequence", sequence, expected)
        session.expect("size", len(payload), size)
        session.expect("torn message", int(payload[HEAD.size :] != body(sequence, size)), 0)
        expected = sequence + 1
        session.count()


class Peer:
    """One side of session after session."""

    def __init__(self, arguments: list[str]) -> None:
        role, self.path, wait, publish_every, capacity_bytes, rest_every, *fault = arguments
        self.is_producer = role == "producer"
        self.options: dict[str, Any] = {"wait": wait, "arrival_timeout_s": PATIENCE_S}
        if self.is_producer:
            self.options |= {"publish_every": int(publish_every), "send_timeout_s": PATIENCE_S}
        self.capacity_bytes, self.rest_every = int(capacity_bytes), int(rest_every)
        self.faults = Faults(*fault)
        self.last_stream = os.getpid() << 32 if self.is_producer else 0

    def open(self) -> tickring.Bus:
        if self.is_producer:
            return tickring.Bus.connect(self.path, **self.options)
        return tickring.Bus.listen(self.path, self.capacity_bytes, **self.options)

    def run_session(self) -> int:
        """The code that ended it; 0: stopped in order."""
        report("opening")
        bus = self.open()
        report("connected")
        session, code = Session(bus, self.rest_every), OK
        try:
            if self.is_producer:
                session.stream = self.last_stream + 1
                produce(session, self.faults)
            else:
                consume(session, self.last_stream)
        except tickring.Error as failure:
            code = failure.code or -1
        self.last_stream = session.stream or self.last_stream
        bus.close()
        self.faults.after_close(self.path)
        session.report_end(code)
        return code


if __name__ == "__main__":
    peer = Peer(sys.argv[1:])
    while peer.run_session() != OK:
        pass
