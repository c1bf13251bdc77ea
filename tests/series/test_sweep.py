# SPDX-License-Identifier: Apache-2.0
"""A whole sweep over a harness that only pretends; test_sweep_end_to_end.py has the real one."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tickring_series.sweep import command, series

from tests.series.whole_series import WholeSeries

HERE = Path(__file__).parent
SHORT = ("--duration-s", "0.001", "--repeats", "2")


@pytest.fixture
def sweep(tmp_path: Path) -> WholeSeries:
    return WholeSeries.over("fake_sweep_tickring.py", tmp_path, "sweep")


def points(document: dict[str, Any], axis: str) -> dict[int, dict[str, Any]]:
    (entry,) = (entry for entry in document["axes"] if entry["name"] == axis)
    return {point["value"]: point for point in entry["points"]}


def test_every_point_is_measured_in_every_repeat_and_says_a_line(sweep: WholeSeries) -> None:
    output, errors = sweep.run("payload=32,64", "capacity=4096", *SHORT)
    document = sweep.document()
    assert document["status"] == "complete"
    assert {p["measured_runs"] for p in points(document, "payload").values()} == {2}
    assert points(document, "payload")[32]["ns_per_message"]["median"] == 1000
    assert "sweep: 1 of 6: " in errors
    assert "sweep: 6 of 6: " in errors
    assert "64 B" in output
    assert document["environment"] == {"cpu_model": {"value": "made up"}}


def test_the_order_of_a_repeat_follows_from_the_recorded_seed(sweep: WholeSeries) -> None:
    sweep.run("batch", "--duration-s", "0.001", "--repeats", "2", "--seed", "11")
    document = sweep.document()
    assert document["settings"]["seed"] == 11
    visits = [[s["value"] for s in document["slices"] if s["repeat"] == i] for i in range(2)]
    assert visits[0] != visits[1]
    assert sorted(visits[0]) == sorted(visits[1])


def test_rates_are_shares_of_the_saturated_throughput_and_say_when_they_are_not_held(
    sweep: WholeSeries,
) -> None:
    output, _ = sweep.run("rate=10,100", *SHORT)
    document = sweep.document()
    assert document["saturated_per_s"]["median"] == 1e6
    low, high = points(document, "rate").values()
    assert (low["offered_per_s"], low["is_rate_held"]) == (100_000, True)
    assert (high["offered_per_s"], high["is_rate_held"]) == (1_000_000, False)
    assert low["intended_latency_ns"]["p99"]["median"] == 900
    assert output.count("the rate was not held") == 1


def test_a_count_is_the_number_of_messages_and_its_axis_has_a_flatness(sweep: WholeSeries) -> None:
    output, _ = sweep.run("count=10,20", *SHORT)
    document = sweep.document()
    assert points(document, "count")[20]["messages_sent"] == 40
    assert document["axes"][0]["flatness"]["ratio"] == 1
    assert "flatness: the largest trimmed mean is 1.000 x the smallest" in output


def test_a_short_count_is_visited_again_and_again_between_the_others(sweep: WholeSeries) -> None:
    sweep.run("count=10000,100000", *SHORT, "--least-s", "0.1", "--seed", "3")
    document = sweep.document()
    assert document["settings"]["least_s"] == 0.1
    found = points(document, "count")
    assert (found[10000]["measured_runs"], found[100000]["measured_runs"]) == (10, 2)
    order = [s["value"] for s in document["slices"]]
    assert order[:6] != order[6:]


def test_a_point_that_breaks_is_kept_with_its_reason_and_the_sweep_goes_on(
    sweep: WholeSeries,
) -> None:
    output, _ = sweep.run("payload=32,64,128", *SHORT, FAKE_BREAKS="--payload-bytes 64")
    found = points(sweep.document(), "payload")
    broken = found.pop(64)
    assert (broken["outcome"], broken["aborted_runs"]) == ("aborted", 2)
    assert broken["reason"] == "tickring: seed: the consumer was killed"
    assert all(point["outcome"] == "measured" for point in found.values())
    assert "aborted: tickring: seed: the consumer was killed" in output


def test_a_sweep_whose_points_all_break_ends_with_4(sweep: WholeSeries) -> None:
    _, errors = sweep.run("payload=32", *SHORT, status=4, FAKE_BREAKS="--payload-bytes 32")
    assert "sweep: not one point could be measured" in errors
    assert sweep.document()["main_regime"] is None


@pytest.mark.parametrize("axis", ["payload=32,64", "payload=64,128"])
def test_an_impossible_point_is_refused_by_name_before_anything_is_measured(
    sweep: WholeSeries, axis: str
) -> None:
    _, errors = sweep.run(axis, *SHORT, status=2, FAKE_REFUSES="--payload-bytes 64")
    assert errors == "sweep: payload 64 bytes: seed: the producer refused: made up\n"
    assert not (sweep.folder / "out").exists()


def test_an_impossible_pair_is_refused_by_name(sweep: WholeSeries) -> None:
    _, errors = sweep.run("--transport", "bus", status=2, FAKE_REFUSES="--transport bus")
    assert errors == "sweep: seed: the producer refused: made up\n"


def test_a_lost_message_is_a_failed_check(sweep: WholeSeries) -> None:
    _, errors = sweep.run("payload=32,64", *SHORT, status=1, FAKE_LOSES="--payload-bytes 64")
    assert "sweep: integrity: payload 64: 2 lost, 0 duplicated, 0 torn in 2 of 2 runs" in errors


def test_what_does_not_fit_into_the_budget_is_left_out_by_name(sweep: WholeSeries) -> None:
    words = ("count=100000,4000000000", "--repeats", "1", "--budget-s", "30")
    output, errors = sweep.run(*words, "--duration-s", "0.001")
    document = sweep.document()
    assert document["status"] == "complete"
    assert [(gone["axis"], gone["value"]) for gone in document["left_out"]] == [
        ("count", 4_000_000_000)
    ]
    assert points(document, "count")[4_000_000_000]["outcome"] == "left_out"
    assert "sweep: left out: count 4,000,000,000 messages: the budget is too small" in errors
    assert "left out: the budget is too small" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_was_measured_marked_incomplete(
    sweep: WholeSeries, number: signal.Signals
) -> None:
    fifo = sweep.folder / "started"
    os.mkfifo(fifo)
    # With this seed the batch of 4 comes last.
    words = ("batch=1,4", "--duration-s", "0.001", "--repeats", "1", "--seed", "6")
    process = sweep.start(*words, FAKE_STARTED=str(fifo))
    assert fifo.read_text() == "started"
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    document = sweep.document()
    assert document["status"] == "incomplete"
    assert [s["value"] for s in document["slices"]] == [1]
    assert points(document, "batch")[4]["reason"] == "the sweep ended before"
    assert "INCOMPLETE" in output
    assert "Traceback" not in errors


def test_the_document_goes_to_standard_output_where_json_is_asked_for(sweep: WholeSeries) -> None:
    output, errors = sweep.run("payload=32", "--json", *SHORT)
    assert json.loads(output) == sweep.document()
    assert "payload: " in errors


def test_an_output_that_cannot_be_written_is_named(sweep: WholeSeries) -> None:
    (sweep.folder / "out").write_text("a file")
    _, errors = sweep.run("payload=32", *SHORT, status=4)
    assert "out" in errors.splitlines()[-1]


def test_a_sweep_that_takes_too_long_ends_early_and_names_the_points(
    sweep: WholeSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["batch=1,2", "--duration-s", "0.001", "--repeats", "3"]
    words += ["--tickring", str(sweep.folder / "tickring"), "--out", str(sweep.folder / "out")]
    left_s = iter([600.0, 600.0, 0.0])  # when points are chosen, and before each of them
    monkeypatch.setattr(series.Sweep, "_left_s", lambda _: next(left_s))
    assert command.main(words) == 0
    document = sweep.document()
    assert (document["status"], document["settings"]["repeats_done"]) == ("complete", 0)
    (gone,) = document["left_out"]
    assert gone["reason"] == "the budget was over"
    outcomes = {p["value"]: p["outcome"] for p in points(document, "batch").values()}
    assert outcomes.pop(gone["value"]) == "left_out"
    assert list(outcomes.values()) == ["measured"]


def test_a_standard_output_that_takes_nothing_is_named_and_the_file_is_kept(
    sweep: WholeSeries,
) -> None:
    words = ["payload=32", "--json", *SHORT, "--tickring", "./tickring", "--out", "out"]
    command = [sys.executable, "-m", "tickring_series", "sweep", *words]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command, cwd=sweep.folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 4
    assert "sweep: cannot write to standard output: " in done.stderr.splitlines()[-1]
    assert sweep.document()["status"] == "complete"
