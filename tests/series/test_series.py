# SPDX-License-Identifier: Apache-2.0
"""The whole series, over a harness that only pretends; test_end_to_end.py has the real one."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.series.whole_series import WholeSeries

HERE = Path(__file__).parent


@pytest.fixture
def series(tmp_path: Path) -> WholeSeries:
    return WholeSeries.over("fake_tickring.py", tmp_path, "peers")


def rows(document: dict[str, Any], transport: str) -> list[dict[str, Any]]:
    return [row for row in document["rows"] if row["transport"] == transport]


def test_every_repeat_visits_all_rows_and_says_a_line(series: WholeSeries) -> None:
    output, errors = series.run("--repeats", "2", "--messages", "7", "--transports", "ring")
    document = series.document()
    assert document["status"] == "complete"
    assert document["settings"]["messages_per_slice"] == 7
    own = rows(document, "ring")
    assert all(row["measured_runs"] == 2 and row["messages_sent"] == 14 for row in own)
    assert "peers: repeat 1 of 2: " in errors
    assert "peers: repeat 2 of 2: " in errors
    assert "ring sender" in output


def test_the_order_of_a_repeat_follows_from_the_recorded_seed(series: WholeSeries) -> None:
    series.run("--repeats", "2", "--messages", "7", "--transports", "ring", "--seed", "11")
    document = series.document()
    assert document["settings"]["seed"] == 11
    visits = [[s["row"] for s in document["slices"] if s["repeat"] == i] for i in range(2)]
    assert visits[0] != visits[1]
    assert sorted(visits[0]) == sorted(visits[1])


def test_a_slice_that_broke_is_counted_and_the_series_goes_on(series: WholeSeries) -> None:
    series.run("--repeats", "2", "--messages", "7", "--transports", "ring,pipe")
    for row in rows(series.document(), "pipe"):
        assert row["aborted_runs"] == 2
        assert row["abort_reasons"] == ["tickring: seed: the consumer was killed"]
        assert row["available"]


def test_a_row_that_is_refused_is_not_available_and_not_tried_again(series: WholeSeries) -> None:
    output, errors = series.run("--repeats", "2", "--messages", "7", "--transports", "ring,uds")
    document = series.document()
    for row in rows(document, "uds"):
        assert (row["available"], row["reason"]) == (False, "tickring: there is no such transport")
    assert sum(s["row"] == "flat-out/uds" for s in document["slices"]) == 1
    assert "not available: tickring: there is no such transport" in output
    assert "peers: not available: flat-out/uds: tickring: there is no such transport" in errors


def test_a_lossless_row_that_lost_a_message_is_a_failed_check(series: WholeSeries) -> None:
    _, errors = series.run(
        "--repeats",
        "1",
        "--messages",
        "7",
        "--transports",
        "ring",
        status=1,
        FAKE_TICKRING_LOSES="1",
    )
    assert "peers: integrity: flat-out, ring: 1 lost, 0 duplicated, 0 torn in 1 of 1 runs" in errors


def test_a_series_without_any_slice_ends_with_4(series: WholeSeries) -> None:
    _, errors = series.run("--repeats", "1", "--transports", "pipe", status=4)
    assert "peers: not one slice could be measured" in errors
    assert series.document()["baseline"] is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_was_measured_marked_incomplete(
    series: WholeSeries, number: signal.Signals
) -> None:
    fifo = series.folder / "started"
    os.mkfifo(fifo)
    process = series.start(
        "--repeats", "5", "--transports", "ring", FAKE_TICKRING_STARTED=str(fifo)
    )
    assert fifo.read_text() == "started"
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert series.document()["status"] == "incomplete"
    assert "INCOMPLETE" in output
    assert "Traceback" not in errors


def test_an_output_that_cannot_be_written_is_named(series: WholeSeries) -> None:
    (series.folder / "out").write_text("a file")
    _, errors = series.run("--repeats", "1", "--messages", "7", "--transports", "ring", status=4)
    assert errors.count("Traceback") == 0
    assert "out" in errors.splitlines()[-1]


@pytest.mark.parametrize("arguments", [[], ["sweeps"]])
def test_a_series_that_nobody_knows_is_refused(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "tickring_series", *arguments]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 2
    assert "one of breakdown, peers, prediction, sweep is needed" in outcome.stderr
