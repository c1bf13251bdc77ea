# SPDX-License-Identifier: Apache-2.0
"""The Python producer of the ring, spoken to as the harness does (docs/participants.md)."""

import re
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tickring
from buses import sleeps
from producer_program import FMT, Start, go, report_of, start_program, starting


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with starting(tmp_path / "bus") as begin:
        yield begin


def test_the_stream_is_the_workload_and_ends_with_its_mark(start: Start) -> None:
    program, consumer = start("--messages", 3000, "--flush-every", 64, "--publish-every", 32)
    before = time.time_ns()
    go(program, before)
    received = list(consumer)
    after = time.time_ns()
    assert received.pop() == (0, b"")
    assert len(received) == 3000
    for i, (type_id, payload) in enumerate(received):
        symbol, price, quantity, stamp = struct.unpack_from(FMT, payload)
        assert (type_id, symbol, quantity) == (1 + i % 2, b"BTCUSDT\0", i)
        assert price == 60_000 + (i % 1024) / 4
        assert before <= stamp <= after
        assert payload[28:] == bytes(4)
    report = report_of(program)
    assert (report["messages"], report["end"]) == (3000, "complete")
    assert "error" not in report
    assert report["elapsed_ns"] > 0
    counts = ("voluntary_switches", "involuntary_switches", "minor_faults", "major_faults")
    assert all(report[key] >= 0 for key in (*counts, "backpressure_count"))


def test_without_a_stamp_the_field_is_zero_and_payloads_are_padded(start: Start) -> None:
    program, consumer = start("--messages", 100, "--stamp", "none", "--payload-bytes", 100)
    go(program, time.time_ns())
    for type_id, payload in consumer:
        if type_id != 0:
            assert len(payload) == 100
            assert payload[20:] == bytes(80)
    assert report_of(program)["messages"] == 100


def test_a_paced_run_never_sends_before_the_schedule(start: Start) -> None:
    program, consumer = start("--messages", 200, "--rate-per-s", 3000, "--clock", "monotonic")
    start_ns = time.monotonic_ns() + 5_000_000
    go(program, start_ns)
    stamps = [struct.unpack_from(FMT, payload)[3] for type_id, payload in consumer if type_id]
    for i, stamp in enumerate(stamps):
        assert stamp >= start_ns + i * 1_000_000_000 // 3000
    assert report_of(program)["messages"] == len(stamps) == 200


def test_a_paced_run_without_stamps_sends_zeros(start: Start) -> None:
    program, consumer = start("--messages", 20, "--rate-per-s", 10_000, "--stamp", "none")
    go(program, time.time_ns())
    assert {payload[20:28] for type_id, payload in consumer if type_id} == {bytes(8)}
    assert report_of(program)["end"] == "complete"


def test_a_time_limit_ends_a_run(start: Start) -> None:
    program, consumer = start("--messages", 0, "--duration-ns", 20_000_000)
    start_ns = time.time_ns()
    go(program, start_ns)
    count = sum(1 for type_id, _ in consumer if type_id)
    assert time.time_ns() - start_ns >= 20_000_000
    report = report_of(program)
    assert report["messages"] == count > 0
    assert report["end"] == "complete"


def test_a_time_limit_on_a_schedule_is_a_number_of_messages(start: Start) -> None:
    limits = ("--duration-ns", 50_000_000, "--rate-per-s", 1000)
    program, consumer = start("--messages", 0, *limits)
    go(program, time.time_ns())
    assert sum(1 for type_id, _ in consumer if type_id) == 50
    assert report_of(program)["messages"] == 50


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_stream_and_reports(start: Start, stop: signal.Signals) -> None:
    program, consumer = start("--messages", 10**12, "--publish-every", 1000)
    go(program, time.time_ns())
    received = [consumer.recv()]
    program.send_signal(stop)
    received += consumer
    report = report_of(program)
    assert received[-1] == (0, b"")
    assert report["end"] == "stopped"
    assert report["messages"] == len(received) - 1
    assert [struct.unpack_from(FMT, p)[2] for _, p in received[:-1]] == list(
        range(len(received) - 1)
    )


def test_a_stop_ends_a_wait_for_room(start: Start) -> None:
    program, consumer = start("--messages", 10**12)
    go(program, time.time_ns())
    received = [consumer.recv()]
    while not sleeps(program.pid):  # once it sends it sleeps for nothing but room
        assert program.poll() is None
    program.send_signal(signal.SIGTERM)
    received += consumer
    report = report_of(program)
    assert (report["end"], report["messages"]) == ("stopped", len(received) - 1)
    assert report["backpressure_count"] >= 1


def test_a_consumer_that_leaves_is_reported(start: Start) -> None:
    program, consumer = start("--messages", 10**12)
    go(program, time.time_ns())
    consumer.recv()
    consumer.close()
    report = report_of(program)
    assert report["end"] == "peer_closed"
    assert report["error"]


def test_a_consumer_that_dies_is_reported(tmp_path: Path) -> None:
    dying = "import os, sys, tickring; b = tickring.Bus.listen(sys.argv[1]); b.recv(); os._exit(1)"
    consumer = subprocess.Popen([sys.executable, "-c", dying, tmp_path / "bus"])
    program = start_program(tmp_path / "bus", "--messages", 10**12)
    assert program.stdout.readline() == "ready\n"
    go(program, time.time_ns())
    report = report_of(program)
    consumer.wait()
    assert report["end"] == "peer_dead"


def test_a_consumer_that_takes_nothing_is_a_timeout(start: Start) -> None:
    program, consumer = start("--messages", 10**12, "--timeout-ns", 200_000_000)
    go(program, time.time_ns())
    report = report_of(program)
    assert consumer.peer_state() in ("alive", "closed", "dead")
    assert (report["end"], report["backpressure_count"]) == ("timeout", 1)


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("--payload-bytes", 31), 2, "payload-bytes is 31; this transport takes 32 to 65456"),
        (("--payload-bytes", 65457), 2, "payload-bytes is 65457; this transport takes 32 to 65456"),
    ],
)
def test_a_payload_that_the_ring_cannot_take_is_refused(
    tmp_path: Path, arguments: tuple, status: int, text: str
) -> None:
    program = start_program(tmp_path / "bus", *arguments)
    with tickring.Bus.listen(tmp_path / "bus", 1 << 16, arrival_timeout_s=30):
        output, errors = program.communicate()
    assert (program.returncode, output, errors) == (status, "", text + "\n")


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("--timeout-ns", 1_000_000), 4, "cannot connect to .*bus: no listener"),
        (("--api", "teleport"), 2, "api is 'teleport'; this program has reference, sender, batch"),
        (("--stamp", "native"), 2, "stamp is 'native'; api 'reference' has time_ns and none"),
        (("--api", "sender", "--contents", "mixed"), 2, "contents is 'mixed'; api 'sender' has"),
        (("--api", "batch", "--rate-per-s", 5), 2, "rate-per-s is 5; api 'batch' has 0 only"),
        (("--wait", "sleep"), 2, "argument --wait: invalid choice: 'sleep'"),
        (("--publish-every", 0), 2, "publish_every is 0"),
        (("--messages", "many"), 2, "--messages.*'many'"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    tmp_path: Path, arguments: tuple, status: int, text: str
) -> None:
    program = start_program(tmp_path / "bus", *arguments)
    output, errors = program.communicate()
    assert (program.returncode, output) == (status, "")
    assert len(errors.splitlines()) == 1
    assert re.search(text, errors)


def test_the_end_of_standard_input_before_go_gives_the_run_up(start: Start) -> None:
    program, _ = start()
    _, errors = program.communicate()
    assert program.returncode == 4
    assert "expected 'go START_NS'" in errors
