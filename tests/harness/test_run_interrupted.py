# SPDX-License-Identifier: Apache-2.0
"""A run that is stopped from outside."""

import json
import signal
from pathlib import Path

import pytest
from harness_calls import RUN_FAKES, Harness
from processes import is_alive, wait_until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_was_measured_and_exits_with_130(
    harness: Harness, number: signal.Signals
) -> None:
    mark = harness.mark("producer", endless_run=True)
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted by" in err
    result = harness.result()
    assert result["status"] == "incomplete"
    assert result["producer"]["messages_sent"] == 10_000
    assert result["consumer"]["messages_received"] == 10_000
    assert result["latency_ns"]["count"] == 10_000


def test_a_second_signal_waits_for_nobody(harness: Harness) -> None:
    mark = harness.folder / "hung"
    harness.environment["FAKE_MARK"] = str(mark)
    harness.tell("producer", at="run", do="hang")
    harness.tell("consumer", at="run", do="hang")
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130
    result = harness.result()
    assert result["status"] == "incomplete"
    assert result["consumer"]["messages_received_reason"] == "it gave no report"


def test_a_signal_before_go_leaves_no_run(harness: Harness) -> None:
    mark = harness.folder / "hung"
    harness.environment["FAKE_MARK"] = str(mark)
    harness.tell("consumer", at="listening", do="hang")
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert harness.runs == []


def test_no_participant_outlives_a_harness_that_is_killed(harness: Harness) -> None:
    notes = [harness.note("consumer"), harness.note("producer")]
    mark = harness.mark("producer", endless_run=True)
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    process.kill()
    process.communicate(timeout=60)
    pids = [json.loads(note.read_text())["pid"] for note in notes]
    wait_until(lambda: not any(is_alive(pid) for pid in pids))
    assert harness.runs == []


def test_what_a_killed_run_left_is_cleared_by_the_next(harness: Harness) -> None:
    mark = harness.mark("producer", endless_run=True)
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    process.kill()
    process.communicate(timeout=60)
    assert (harness.runtime / "tickring" / "run").exists()
    harness.tell("producer")
    assert harness.run().status == 0
    assert not (harness.runtime / "tickring" / "run").exists()


def test_a_second_run_at_the_same_time_is_refused_with_the_process_of_the_first(
    harness: Harness,
) -> None:
    mark = harness.mark("producer", endless_run=True)
    first = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    second = harness.run()
    assert second.status == 4
    assert f"another run is on (process {first.pid})" in second.err
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)
    harness.tell("producer")
    assert harness.run().status == 0


def test_participants_are_direct_children_of_the_command(harness: Harness) -> None:
    note = harness.note("producer")
    mark = harness.mark("producer", endless_run=True)
    process = harness.start(*RUN_FAKES)
    wait_until(mark.exists)
    pid = json.loads(note.read_text())["pid"]
    parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert parent == process.pid
