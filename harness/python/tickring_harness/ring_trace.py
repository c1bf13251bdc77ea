# SPDX-License-Identifier: Apache-2.0
"""The trace of an end of the ring in an instrumented run (docs/participants.md)."""

import contextlib
import gc
import mmap
from collections.abc import Iterator
from pathlib import Path

import tickring

from tickring_harness.participant import Participant

# Both bound the memory and the file of a trace; a longer run is traced at its begin.
TRACED_MESSAGES = 1 << 21
TRACED_EVENTS = 1 << 16
HEADER_BYTES, MESSAGE_BYTES, EVENT_BYTES = 64, 16, 48
LEAST_GAP_NS = 5_000
GARBAGE_COLLECTION = 16  # enum tickring_trace_kind


@contextlib.contextmanager
def traced(bus: tickring.Bus, participant: Participant) -> Iterator[None]:
    """A block in which the bus is traced, where that is asked for; then the trace is written.

    Begins before the first message, and before `ready`: it touches all its memory. What the garbage
    collector does is traced too. Raises OSError when the trace cannot be written.
    """
    arguments = participant.arguments
    if not arguments.instrument:
        yield
        return
    # One more for the end of the stream.
    messages = min(
        arguments.messages + 1 if arguments.messages else TRACED_MESSAGES, TRACED_MESSAGES
    )
    size = HEADER_BYTES + messages * MESSAGE_BYTES + TRACED_EVENTS * EVENT_BYTES
    block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
    bus.trace(block, messages, arguments.clock, _gap_ns(participant))
    if arguments.instrument > 1:
        bus.trace_alternate(arguments.instrument)
    with _collections(bus, participant):
        yield
    Path(arguments.record, f"{arguments.role}.trace").write_bytes(block)


def _gap_ns(participant: Participant) -> int:
    """A producer that is paced reads the clock of its trace once a message."""
    arguments = participant.arguments
    if arguments.role == "producer" and arguments.rate_per_s:
        return max(LEAST_GAP_NS, 4_000_000_000 // arguments.rate_per_s)
    return LEAST_GAP_NS


@contextlib.contextmanager
def _collections(bus: tickring.Bus, participant: Participant) -> Iterator[None]:
    """A block in which each garbage collection becomes an event of the trace."""
    now, began_ns = participant.now, 0

    def note(phase: str, _: dict[str, int]) -> None:
        nonlocal began_ns
        if phase == "start":
            began_ns = now()
        else:
            bus.trace_event(GARBAGE_COLLECTION, began_ns, now())

    gc.callbacks.append(note)
    try:
        yield
    finally:
        gc.callbacks.remove(note)
