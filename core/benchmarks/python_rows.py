# SPDX-License-Identifier: Apache-2.0
"""The rows of python_calls.py.

The peer, in the same process, takes or sends the messages between the timed parts; in the rows
"to_a_process" another process takes them meanwhile. "loop" is what a row's share of its loop costs.
"reference_behind_its_stamp_paced" is the part of the reference loop from the clock's answer on,
with one more read of the clock, as a receipt has (of a repetition, the mean of its batches'
medians), on the schedule of paced runs, where the processor has forgotten part of the loop.
"without_ring" is the same loop with the same calls of an interface that does nothing
(empty_guard.cpp): what it costs whatever ring there is.
"pack_into" packs the same message with struct into a buffer, and sends nothing. "empty_call" calls
sys.audit(), which does nothing where nobody listens, as the loop of a sender calls it.
"""

import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import empty_guard
import numpy as np
import tickring
from sender_loops import (
    BATCH,
    BYTES,
    FORMAT,
    KINDS,
    STAMP_FIELD,
    SYMBOL,
    TICK,
    over_bare_lines,
    stamped_by_python,
    stamped_natively,
    through_a_ring,
)

PACE_NS = 10_000  # 100,000 messages a second


def nothing() -> None:
    """Before what needs no room and no messages."""


@dataclass
class Call:
    """One row: a context that gives what is timed, and what makes room or messages before it.
    tells_ns: what is timed returns the nanoseconds that count."""

    name: str
    context: Callable[[], AbstractContextManager[Callable[[], Any]]]
    prepare: Callable[[], object] = nothing
    tells_ns: bool = False


def alone(name: str, timed: Callable[[], object], prepare: Callable[[], object]) -> Call:
    """A row that needs nothing beside it."""
    return Call(name, lambda: nullcontext(timed), prepare)


def sending(producer: tickring.Bus, consumer: tickring.Bus) -> Iterator[Call]:
    """The calls that send; each sends BATCH messages."""
    pack_into, now, batch = struct.pack_into, time.time_ns, range(BATCH)
    ticks, payload = np.zeros(BATCH, TICK), bytes(BYTES)

    def loop() -> None:
        for _ in batch:
            pass

    def clock() -> None:
        for _ in batch:
            now()

    def reference(bus: tickring.Bus | empty_guard.Bus) -> None:
        for i in batch:
            with bus.send_zero_copy(size=BYTES, type_id=1) as tx:
                with memoryview(tx) as view:
                    pack_into(FORMAT, view, 0, SYMBOL, 1.5, i, now())
                tx.actual_size = BYTES

    without_ring, memory = empty_guard.Bus(), bytearray(BYTES)

    def behind_the_stamp(bus: tickring.Bus | empty_guard.Bus) -> float:
        spent_ns, due_ns = [], 0
        for i in batch:
            while now() < due_ns:
                pass
            with bus.send_zero_copy(size=BYTES, type_id=1) as tx:
                with memoryview(tx) as view:
                    pack_into(FORMAT, view, 0, SYMBOL, 1.5, i, stamp_ns := now())
                tx.actual_size = BYTES
            spent_ns.append(now() - stamp_ns)
            due_ns = stamp_ns + PACE_NS
        return BATCH * median(spent_ns)

    def packing() -> None:
        for i in batch:
            pack_into(FORMAT, memory, 0, SYMBOL, 1.5, i, now())

    def without_view() -> None:
        for i in batch:
            with producer.send_zero_copy(BYTES, 1) as tx:
                pack_into(FORMAT, tx, 0, SYMBOL, 1.5, i, now())

    def copy() -> None:
        for _ in batch:
            producer.send(payload, 1)

    sender = stamped_by_python(producer.sender(FORMAT).send)
    stamped = stamped_natively(producer.sender(FORMAT, stamp=STAMP_FIELD).send)
    audit = sys.audit

    def empty() -> None:
        for i in batch:
            audit("tickring", 1.5, i, now())

    def empty_unstamped() -> None:
        for i in batch:
            audit("tickring", 1.5, i)

    def drain() -> None:
        producer.flush()
        consumer.drain()

    yield alone("loop", loop, drain)
    yield alone("time_ns", clock, drain)
    yield alone("send_zero_copy_reference", partial(reference, producer), drain)
    yield alone("reference_without_ring", partial(reference, without_ring), drain)
    for ring, bus in (("", producer), ("_without_ring", without_ring)):
        timed = partial(behind_the_stamp, bus)
        name = f"reference_behind_its_stamp_paced{ring}"
        yield Call(name, partial(nullcontext, timed), drain, tells_ns=True)
    yield alone("pack_into", packing, drain)
    yield alone("send_zero_copy_pack_into_guard", without_view, drain)
    yield alone("send", copy, drain)
    yield alone("sender_time_ns", sender, drain)
    yield alone("sender_stamp_native", stamped, drain)
    yield alone("empty_call_time_ns", empty, drain)
    yield alone("empty_call", empty_unstamped, drain)
    yield alone("send_many", lambda: producer.send_many(ticks), drain)
    yield alone("send_many_stamp_native", lambda: producer.send_many(ticks, 0, "timestamp"), drain)


def receiving(producer: tickring.Bus, consumer: tickring.Bus) -> Iterator[Call]:
    """The calls that receive; each takes BATCH messages."""
    ticks, batch, target = np.zeros(BATCH, TICK), range(BATCH), bytearray(BYTES)

    def fill() -> None:
        consumer.drain()
        producer.send_many(ticks)
        producer.flush()

    def receive() -> None:
        for _ in batch:
            consumer.recv()

    def into() -> None:
        for _ in batch:
            consumer.recv_into(target)

    def zero_copy() -> None:
        for _ in batch:
            with consumer.recv_zero_copy() as rx, memoryview(rx):
                pass

    yield alone("recv", receive, fill)
    yield alone("recv_into", into, fill)
    yield alone("recv_zero_copy", zero_copy, fill)
    yield alone("drain", consumer.drain, fill)
    yield alone("drain_into", lambda: consumer.drain_into(ticks), fill)


def to_a_process(folder: str) -> Iterator[Call]:
    """The senders, and beside each what it cannot do without."""
    for kind in KINDS:
        name = f"{kind.name}_to_a_process"
        yield Call(name, partial(through_a_ring, folder, kind))
        yield Call(f"{name}_bare", partial(over_bare_lines, kind))
