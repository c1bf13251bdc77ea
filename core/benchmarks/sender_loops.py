# SPDX-License-Identifier: Apache-2.0
"""Loops that send messages which another process takes: through the ring, and over bare lines.

With bare lines there is the call, the packing and the way to the other process, and no ring. The
module bare_lines makes them; it lies in harness/benchmarks of the build tree.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import bare_lines
import numpy as np
import tickring

BATCH = 1024  # messages between two looks at the clock
BYTES = 32
CAPACITY_BYTES = bare_lines.CAPACITY_BYTES
PUBLISH_EVERY = bare_lines.LINES_AT_A_TIME
FORMAT = "<8sdIQ4x"
STAMP_FIELD, STAMP_OFFSET_BYTES, FORMAT_BUT_THE_STAMP = 3, 20, "<8sdI12x"
SYMBOL = b"BTCUSDT\0"
TICK = np.dtype(
    [("symbol", "S8"), ("price", "<f8"), ("quantity", "<u4"), ("timestamp", "<u8"), ("pad", "V4")]
)
ARRIVAL_TIMEOUT_S = 10

Loop = Callable[[], None]


def stamped_by_python(send: Callable) -> Loop:
    """BATCH messages, each with time.time_ns()."""
    now, batch = time.time_ns, range(BATCH)

    def loop() -> None:
        for i in batch:
            send(SYMBOL, 1.5, i, now())

    return loop


def stamped_natively(send: Callable) -> Loop:
    """BATCH messages, which get their stamps behind the call."""
    batch = range(BATCH)

    def loop() -> None:
        for i in batch:
            send(SYMBOL, 1.5, i)

    return loop


@contextmanager
def in_a_process(function: Callable[[], object]) -> Iterator[None]:
    """Runs it meanwhile and waits for its end. Raises ChildProcessError when it fails."""
    child = get_context("fork").Process(target=function, daemon=True)
    child.start()
    try:
        yield
    finally:
        child.join()
    if child.exitcode != 0:
        raise ChildProcessError(f"{function.__name__}() ended with status {child.exitcode}")


@dataclass(frozen=True)
class Kind:
    """A way to send, through the ring and over bare lines."""

    name: str
    loop_of: Callable[[tickring.Bus], Loop]
    bare_loop: Callable[[], Loop]


def _bare_time_ns() -> Loop:
    bare_lines.prepare(FORMAT)
    return stamped_by_python(bare_lines.send)


def _bare_stamp_native() -> Loop:
    bare_lines.prepare(FORMAT_BUT_THE_STAMP, STAMP_OFFSET_BYTES)
    return stamped_natively(bare_lines.send)


def _bare_array() -> Loop:
    bare_lines.prepare(FORMAT, STAMP_OFFSET_BYTES)
    return partial(bare_lines.send_many, np.zeros(BATCH, TICK))


KINDS = (
    Kind("sender_time_ns", lambda bus: stamped_by_python(bus.sender(FORMAT).send), _bare_time_ns),
    Kind(
        "sender_stamp_native",
        lambda bus: stamped_natively(bus.sender(FORMAT, stamp=STAMP_FIELD).send),
        _bare_stamp_native,
    ),
    Kind(
        "send_many_stamp_native",
        lambda bus: partial(bus.send_many, np.zeros(BATCH, TICK), 0, "timestamp"),
        _bare_array,
    ),
)


@contextmanager
def through_a_ring(folder: str, kind: Kind) -> Iterator[Loop]:
    """A loop whose messages another process takes."""
    path = f"{folder}/to-a-process"

    def receive() -> None:
        target = np.zeros(BATCH, TICK)
        with tickring.Bus.listen(
            path, CAPACITY_BYTES, wait="spin", arrival_timeout_s=ARRIVAL_TIMEOUT_S
        ) as consumer:
            try:
                while True:
                    consumer.drain_into(target, timeout_s=None)
            except tickring.PeerClosed:
                pass

    with (
        in_a_process(receive),
        tickring.Bus.connect(
            path, wait="spin", publish_every=PUBLISH_EVERY, arrival_timeout_s=ARRIVAL_TIMEOUT_S
        ) as bus,
    ):
        yield kind.loop_of(bus)


@contextmanager
def over_bare_lines(kind: Kind) -> Iterator[Loop]:
    """The same loop without a ring."""
    loop = kind.bare_loop()
    with in_a_process(bare_lines.follow):
        try:
            yield loop
        finally:
            bare_lines.end()
