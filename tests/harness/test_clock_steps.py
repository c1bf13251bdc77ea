# SPDX-License-Identifier: Apache-2.0
"""Somebody sets the realtime clock while a run is on: here a library in front of the clock."""

from pathlib import Path

import pytest
from harness_calls import Harness

STEP_NS = 3_000_000


def set_during_the_run(harness: Harness, library: Path, step_ns: int) -> None:
    """The producer sets the clock after go and before its first message."""
    file = harness.folder / "step"
    file.write_bytes(bytes(8))
    preload = {"LD_PRELOAD": str(library), "STEPPED_CLOCK": str(file), "STEP_NS": str(step_ns)}
    harness.environment.update(preload)
    harness.tell("producer", at="run", do="set the clock")


@pytest.mark.parametrize("step_ns", [STEP_NS, -STEP_NS])
def test_a_step_of_the_realtime_clock_is_found_with_its_size(
    harness: Harness, stepped_clock: Path, step_ns: int
) -> None:
    set_during_the_run(harness, stepped_clock, step_ns)
    outcome = harness.run()
    (step,) = harness.result()["clock_offset"]["steps"]
    assert step["step_ns"] == pytest.approx(step_ns, abs=100_000)
    assert step["from_s"] < step["at_s"]
    way = "forward" if step_ns > 0 else "back"
    (warning,) = [w for w in harness.result()["warnings"] if w["id"] == "clock_step"]
    assert f"the realtime clock was set {way} by 3.0" in warning["text"]
    assert warning["text"] in outcome.err


def test_figures_of_a_run_in_which_the_clock_was_set_are_not_comparable(
    harness: Harness, stepped_clock: Path
) -> None:
    set_during_the_run(harness, stepped_clock, STEP_NS)
    harness.call("run", "--transport", "ring", "--messages", "20000", "--out", "out")
    claims = harness.result()["claims"]
    assert claims
    for claim in claims:
        assert claim["verdict"] == "not comparable"
        assert claim["reason"] == "the realtime clock was set during the run"


def test_a_run_on_the_monotonic_clock_does_not_mind(harness: Harness, stepped_clock: Path) -> None:
    set_during_the_run(harness, stepped_clock, STEP_NS)
    harness.run("--clock", "monotonic")
    result = harness.result()
    assert len(result["clock_offset"]["steps"]) == 1
    assert [w for w in result["warnings"] if w["id"] == "clock_step"] == []


def test_without_a_step_the_offset_stays_where_it_was(harness: Harness) -> None:
    harness.run()
    offset = harness.result()["clock_offset"]
    assert offset["steps"] == []
    assert offset["samples"] >= 2
    assert abs(offset["last_ns"] - offset["first_ns"]) <= 2 * offset["uncertainty_ns"]
