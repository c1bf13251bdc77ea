# SPDX-License-Identifier: Apache-2.0
"""Bus.trace(): what an end notes, in a buffer of the caller."""

import mmap
import struct
from collections.abc import Callable

import pytest
import tickring
from buses import Pair

HEADER = struct.Struct("<8sIIQQQQQQ")
MESSAGE, EVENT = struct.Struct("<QQ"), struct.Struct("<IIQQQIIII")
NEVER_A_GAP = 1 << 62


def block_of(messages: int, events: int) -> mmap.mmap:
    return mmap.mmap(-1, HEADER.size + messages * MESSAGE.size + events * EVENT.size)


def message(block: mmap.mmap, number: int) -> tuple[int, int]:
    return MESSAGE.unpack_from(block, HEADER.size + number * MESSAGE.size)


def test_both_ends_note_every_message(pair: Pair) -> None:
    tx, rx = pair
    sent, seen = block_of(4, 2), block_of(4, 2)
    tx.trace(sent, 4, clock="monotonic", gap_ns=NEVER_A_GAP)
    rx.trace(seen, 4, clock="monotonic", gap_ns=NEVER_A_GAP)
    tx.send(b"one")
    tx.send(b"two")
    tx.flush()
    rx.recv(5)
    rx.recv(5)
    for number in range(2):
        commit_ns, publish_ns = message(sent, number)
        _, seen_ns = message(seen, number)
        assert 0 < commit_ns <= publish_ns <= seen_ns
    magic, role, clock, gap_ns, capacity, count, *_ = HEADER.unpack_from(sent)
    assert (magic, role, clock, gap_ns) == (b"TICKTRC1", 1, 1, NEVER_A_GAP)
    assert (capacity, count) == (4, 2)
    assert HEADER.unpack_from(seen)[1] == 2


def test_what_the_caller_knows_is_added(pair: Pair) -> None:
    block = block_of(1, 2)
    pair[0].trace(block, 1, gap_ns=NEVER_A_GAP)
    pair[0].trace_event(16, 100, 200)
    kind, _, from_ns, to_ns, *counts = EVENT.unpack_from(block, HEADER.size + MESSAGE.size)
    assert (kind, from_ns, to_ns, counts) == (16, 100, 200, [0, 0, 0, 0, 0])


def test_without_a_trace_there_is_nothing_to_add_to(pair: Pair) -> None:
    with pytest.raises(tickring.BadState, match="not traced"):
        pair[0].trace_event(16, 1, 2)


def test_the_bus_keeps_the_block_until_it_is_closed(make_pair: Callable[..., Pair]) -> None:
    block = bytearray(HEADER.size + MESSAGE.size)
    tx, _ = make_pair()
    tx.trace(block, 1)
    with pytest.raises(BufferError):
        block.clear()
    tx.close()
    block.clear()


def test_a_second_trace_gives_the_first_block_back(pair: Pair) -> None:
    first, second = bytearray(64), bytearray(64)
    pair[0].trace(first, 0)
    pair[0].trace(second, 0)
    first.clear()
    with pytest.raises(BufferError):
        second.clear()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"messages": 2}, tickring.InvalidArgument, "block_bytes is 80, must be 96 or more"),
        ({"messages": -1}, tickring.InvalidArgument, "messages is -1"),
        ({"gap_ns": 0}, tickring.InvalidArgument, "gap_ns is 0"),
        ({"clock": "sundial"}, tickring.InvalidArgument, "'realtime' and 'monotonic'"),
        ({"block": bytes(80)}, BufferError, "not writable"),
        ({"block": 5}, TypeError, "bytes-like"),
    ],
)
def test_what_cannot_be_is_refused(
    pair: Pair, arguments: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        pair[0].trace(**({"block": bytearray(80), "messages": 1} | arguments))


def test_a_closed_bus_is_not_traced(pair: Pair) -> None:
    pair[0].close()
    with pytest.raises(tickring.BadState, match="closed"):
        pair[0].trace(bytearray(80), 1)
