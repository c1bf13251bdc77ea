# SPDX-License-Identifier: Apache-2.0
"""Loops of a sender whose messages another process takes: through the ring, and over bare lines.

With bare lines there is the call, the packing and the way to the other process, and no ring. The
module bare_lines makes them; it lies in harness/benchmarks of the build tree.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def through_a_ring(folder: str, *, natively: bool) -> Iterator[Loop]:
    """The loop of a sender whose messages another process takes."""
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
        if natively:
            yield stamped_natively(bus.sender(FORMAT, stamp=STAMP_FIELD))
        else:
            yield stamped_by_python(bus.sender(FORMAT))


@contextmanager
def over_bare_lines(*, natively: bool) -> Iterator[Loop]:
    """The same loop without a ring."""
    if natively:
        bare_lines.prepare(FORMAT_BUT_THE_STAMP, STAMP_OFFSET_BYTES)
        loop = stamped_natively(bare_lines.send)
    else:
        bare_lines.prepare(FORMAT)
        loop = stamped_by_python(bare_lines.send)
    with in_a_process(bare_lines.follow):
        try:
            yield loop
        finally:
            bare_lines.end()
