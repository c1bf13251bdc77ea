# SPDX-License-Identifier: Apache-2.0
"""The floors and the placement regimes of a run. Nothing here is about speed."""

import os
import sys

import pytest
from harness_calls import Harness

TWO_CPUS = len(os.sched_getaffinity(0)) >= 2
needs_two_cpus = pytest.mark.skipif(not TWO_CPUS, reason="needs two CPUs")


@needs_two_cpus
def test_a_run_tells_its_floors(harness: Harness) -> None:
    out = harness.run().out
    floors = harness.result()["floors"]
    assert floors["clock"] == "realtime"
    for key in ("core_to_core_rtt_ns", "clock_step_ns", "null_transport_ns"):
        assert floors[key] > 0, key
    assert floors["clock_read_ns"]["native"] > 0
    assert floors["clock_read_ns"]["python"] > floors["clock_read_ns"]["native"]
    sides = {harness.result()[side]["cpu"] for side in ("producer", "consumer")}
    assert {cpu["cpu"] for cpu in floors["noise"]["cpus"]} == sides
    assert "floors      core to core and back " in out
    assert "noise       CPU " in out


@needs_two_cpus
def test_short_floors_are_what_the_analysis_needs_and_the_rest_has_a_reason(
    harness: Harness,
) -> None:
    out = harness.run("--floors", "short").out
    floors = harness.result()["floors"]
    assert floors["core_to_core_rtt_ns"] > 0
    assert floors["clock_step_ns"] > 0
    assert floors["clock_read_ns"]["native"] > 0
    left_out = "left out by --floors short"
    for section, key in (
        (floors, "null_transport_ns"),
        (floors["clock_read_ns"], "python"),
        (floors["noise"], "cpus"),
    ):
        assert section[key] is None, key
        assert section[f"{key}_reason"] == left_out
    assert f"noise       not measured: {left_out}" in out


def test_floors_are_full_or_short(harness: Harness) -> None:
    outcome = harness.run("--floors", "deep")
    assert outcome.status == 2
    assert "--floors" in outcome.err
    assert "'deep'" in outcome.err
    assert "one of full short" in outcome.err
    assert harness.runs == []


def test_floors_are_those_of_the_clock_of_the_run(harness: Harness) -> None:
    harness.run("--clock", "monotonic")
    assert harness.result()["floors"]["clock"] == "monotonic"


def test_one_cpu_has_no_round_trip_between_cpus_and_a_reason(harness: Harness) -> None:
    first = min(os.sched_getaffinity(0))
    harness.run("--wait", "park", preexec_fn=lambda: os.sched_setaffinity(0, {first}))
    result = harness.result()
    assert result["floors"]["core_to_core_rtt_ns"] is None
    assert result["floors"]["core_to_core_rtt_ns_reason"] == "both sides are on one CPU"
    assert result["regimes"] is None
    assert result["regimes_reason"] == "both sides are on one CPU"


def test_a_python_that_cannot_be_asked_leaves_a_reason(harness: Harness) -> None:
    # The fakes need none of the modules that are hidden from it here.
    interpreter = harness.folder / "bin" / "python3"
    interpreter.parent.mkdir()
    interpreter.write_text(f'#!/bin/sh\n[ "$1" = -I ] && exit 1\nexec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)
    harness.environment["PATH"] = f"{interpreter.parent}:{harness.environment['PATH']}"
    assert harness.run().status == 0
    read_ns = harness.result()["floors"]["clock_read_ns"]
    assert read_ns["python"] is None
    assert read_ns["python_reason"] == "the harness's Python could not be asked"


@needs_two_cpus
def test_a_short_run_is_one_interval_between_two_probes(harness: Harness) -> None:
    harness.run("--probe-every-s", "0")
    (interval,) = harness.result()["regimes"]
    assert interval["from_s"] == 0
    assert interval["to_s"] >= 0
    assert interval["probe_stolen_ns"] == 0
    ends = (interval["rtt_before_ns"], interval["rtt_after_ns"])
    assert min(ends) <= interval["core_to_core_rtt_ns"] <= max(ends)


@needs_two_cpus
def test_a_long_run_is_probed_on_the_way(harness: Harness) -> None:
    harness.tell("producer", endless_run=True)
    harness.run("--probe-every-s", "0.05", "--timeout-s", "1")
    regimes = harness.result()["regimes"]
    assert len(regimes) > 2
    for one, next_one in zip(regimes, regimes[1:], strict=False):
        assert one["to_s"] == next_one["from_s"]
        assert one["probe_stolen_ns"] > 0


@needs_two_cpus
def test_probing_inside_a_run_can_be_switched_off(harness: Harness) -> None:
    harness.tell("producer", endless_run=True)
    harness.run("--probe-every-s", "0", "--timeout-s", "1")
    assert len(harness.result()["regimes"]) == 1
