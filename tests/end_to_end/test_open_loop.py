# SPDX-License-Identifier: Apache-2.0
"""Producers on a schedule: an intended time is taken once, and not again after a wait for room."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tickring as bus
from conftest import Tickring
from test_contents import command_of

RATE_PER_S, MESSAGES = 1000, 400
PERIOD_NS = 1_000_000_000 // RATE_PER_S
STALL_NS = 300_000_000
REBASING = [sys.executable, str(Path(__file__).parent / "rebasing.py")]
PRODUCERS = [("python", "reference"), ("python", "sender"), ("c", "reference")]
PRODUCERS += [("rust", "reference")]


def words(endpoint: Path, api: str) -> Iterator[str]:
    """The command line of a producer."""
    values = {
        **{"role": "producer", "endpoint": endpoint, "pattern": "one-way", "messages": MESSAGES},
        **{"duration-ns": 0, "payload-bytes": 32, "capacity-bytes": 4096, "publish-every": 1},
        **{"flush-every": 0, "rate-per-s": RATE_PER_S, "wait": "park", "clock": "monotonic"},
        **{"stamp": "time_ns", "contents": "tick", "api": api, "timeout-ns": 20_000_000_000},
    }
    for key, value in values.items():
        yield from (f"--{key}", str(value))


def stamps_after_a_stall(command: list[str], folder: Path, api: str) -> list[int]:
    """The stamps, counted from the start, of messages whose consumer takes none for STALL_NS: its
    ring of one page is full after 63 of them, so the producer waits for room most of that time."""
    endpoint = folder / "bus"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([*command, *words(endpoint, api)], text=True, **pipes) as producer:
        with bus.Bus.listen(endpoint, 4096, arrival_timeout_s=20) as consumer:
            assert producer.stdout.readline() == "ready\n"
            start_ns = time.monotonic_ns()
            producer.stdin.write(f"go {start_ns}\n")
            producer.stdin.flush()
            while (left_ns := start_ns + STALL_NS - time.monotonic_ns()) > 0:
                time.sleep(left_ns * 1e-9)
            stamps = [int.from_bytes(m[20:28], "little") for type_id, m in consumer if type_id]
        report = json.loads(producer.stdout.readline().removeprefix("report "))
    assert (report["messages"], report["end"]) == (MESSAGES, "complete")
    return [stamp_ns - start_ns for stamp_ns in stamps]


def keeps_its_schedule(stamps: list[int]) -> bool:
    """Whether the messages that fell due during the stall followed one another at once. On a
    schedule that was moved they keep their distance. A machine that stalls by itself makes more
    messages overdue, which then follow at once too."""
    overdue = [i for i in range(1, MESSAGES) if i * PERIOD_NS < STALL_NS and stamps[i] >= STALL_NS]
    at_once = sum(stamps[i] - stamps[i - 1] < PERIOD_NS // 2 for i in overdue)
    assert len(overdue) > 100
    return at_once > len(overdue) // 2


@pytest.mark.parametrize(("language", "api"), PRODUCERS)
def test_a_stall_does_not_move_the_schedule(tickring: Tickring, language: str, api: str) -> None:
    command = command_of(tickring, "producer", language, "ring")
    stamps = stamps_after_a_stall(command, tickring.folder, api)
    assert keeps_its_schedule(stamps)
    assert all(stamp_ns >= i * PERIOD_NS for i, stamp_ns in enumerate(stamps))


def test_a_producer_that_takes_its_time_again_after_a_wait_is_found(tmp_path: Path) -> None:
    assert not keeps_its_schedule(stamps_after_a_stall(REBASING, tmp_path, "reference"))
