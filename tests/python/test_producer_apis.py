# SPDX-License-Identifier: Apache-2.0
"""The Python producer's own interfaces: each sends what the reference loop sends."""

import itertools
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from producer_program import FMT, Start, go, report_of, starting

WAYS = [("sender", "time_ns"), ("sender", "native"), ("batch", "time_ns"), ("batch", "native")]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path / "bus") as begin:
        yield begin


@pytest.mark.parametrize(("api", "stamp"), WAYS)
@pytest.mark.parametrize(("messages", "flush_every", "size"), [(3000, 0, 32), (2500, 7, 100)])
def test_the_stream_is_the_workload_and_ends_with_its_mark(
    start: Start, api: str, stamp: str, messages: int, flush_every: int, size: int
) -> None:
    way = ("--api", api, "--stamp", stamp, "--publish-every", 32, "--flush-every", flush_every)
    program, consumer = start("--messages", messages, "--payload-bytes", size, *way)
    before = time.time_ns()
    go(program, before)
    received = list(consumer)
    after = time.time_ns()
    assert received.pop() == (0, b"")
    assert len(received) == messages
    stamps = []
    for i, (type_id, payload) in enumerate(received):
        symbol, price, quantity, stamp_ns = struct.unpack_from(FMT, payload)
        assert (type_id, symbol, quantity) == (1 + i % 2, b"BTCUSDT\0", i)
        assert price == 60_000 + (i % 1024) / 4
        assert payload[28:] == bytes(size - 28)
        stamps.append(stamp_ns)
    assert before <= stamps[0] and stamps[-1] <= after
    assert all(earlier <= later for earlier, later in itertools.pairwise(stamps))
    report = report_of(program)
    assert (report["messages"], report["end"]) == (messages, "complete")


@pytest.mark.parametrize("api", ["sender", "batch"])
def test_without_a_stamp_the_field_is_zero(start: Start, api: str) -> None:
    program, consumer = start("--messages", 100, "--api", api, "--stamp", "none")
    go(program, time.time_ns())
    assert {payload[20:28] for type_id, payload in consumer if type_id} == {bytes(8)}
    assert report_of(program)["messages"] == 100


@pytest.mark.parametrize("flush_every", [1, 10, 1000])
@pytest.mark.parametrize("api", ["sender", "batch"])
def test_it_flushes_after_as_many_messages_as_it_is_told(
    start: Start, api: str, flush_every: int
) -> None:
    way = ("--api", api, "--publish-every", 10**6, "--flush-every", flush_every)
    program, consumer = start("--messages", 2000, *way)
    go(program, time.time_ns())
    positions = [consumer.run_position for type_id, _ in consumer if type_id]
    assert positions == [i % flush_every for i in range(2000)]
    assert report_of(program)["end"] == "complete"


@pytest.mark.parametrize("stamp", ["time_ns", "native"])
def test_a_paced_sender_never_sends_before_the_schedule(start: Start, stamp: str) -> None:
    schedule = ("--rate-per-s", 3000, "--clock", "monotonic", "--flush-every", 3)
    program, consumer = start("--messages", 200, "--api", "sender", "--stamp", stamp, *schedule)
    start_ns = time.monotonic_ns() + 5_000_000
    go(program, start_ns)
    ticks = [struct.unpack_from(FMT, payload) for type_id, payload in consumer if type_id]
    for i, (_, _, quantity, stamp_ns) in enumerate(ticks):
        assert quantity == i
        assert stamp_ns >= start_ns + i * 1_000_000_000 // 3000
    assert report_of(program)["messages"] == len(ticks) == 200


@pytest.mark.parametrize(("api", "stamp"), WAYS)
def test_a_stop_ends_the_stream_and_reports(start: Start, api: str, stamp: str) -> None:
    program, consumer = start("--messages", 10**12, "--api", api, "--stamp", stamp)
    go(program, time.time_ns())
    received = [consumer.recv()]
    program.send_signal(signal.SIGTERM)
    received += consumer
    report = report_of(program)
    assert received.pop() == (0, b"")
    assert (report["end"], report["messages"]) == ("stopped", len(received))
    quantities = [struct.unpack_from(FMT, payload)[2] for _, payload in received]
    assert quantities == list(range(len(received)))
