# SPDX-License-Identifier: Apache-2.0
"""What the harness sees of a run from outside: memory, the kernel's counters, time namespaces."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from harness_calls import Harness

HERE = Path(__file__).resolve().parent


def test_both_sides_tell_their_memory_at_start_and_end(harness: Harness) -> None:
    harness.run()
    for side in ("producer", "consumer"):
        section = harness.result()[side]
        # A Python has some megabytes.
        assert section["resident_start_bytes"] > 1 << 20
        assert section["resident_end_bytes"] > 1 << 20


def test_the_counters_of_the_kernel_are_those_of_the_run(harness: Harness) -> None:
    harness.run()
    environment = harness.result()["environment"]
    if Path("/proc/stat").exists():
        assert environment["run_steal_ms"]["value"] >= 0
    for name in ("run_softirq_ms", "run_interrupts", "run_switches", "run_cpu_pressure_us"):
        item = environment[name]
        assert (item["value"] is None) == (item["status"] == "not_visible")


def test_sides_of_one_time_namespace_are_said_to_be(harness: Harness) -> None:
    harness.run("--clock", "monotonic")
    assert harness.result()["clock_offset"]["time_namespaces"] in ("same", "not_visible")


@pytest.fixture
def far_producer(harness: Harness) -> None:
    """A producer in a time namespace of its own, as transport "far"."""
    unshare = ["unshare", "--time"] if os.getuid() == 0 else ["unshare", "--user", "--time"]
    command = [*unshare, "readlink", "/proc/self/ns/time"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    own = Path("/proc/self/ns/time")
    if done.returncode != 0 or done.stdout.strip() == str(own.readlink()):
        pytest.skip("a program cannot be started in a time namespace of its own here")
    fake = f"{sys.executable} {HERE / 'fakes' / 'fake.py'}"
    for role, words in (("producers", f"{' '.join(unshare)} {fake}"), ("consumers", fake)):
        program = harness.folder / "more" / role / "fake" / "far"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        program.chmod(0o755)
    harness.environment["TICKRING_PARTICIPANTS"] = str(harness.folder / "more")


@pytest.mark.usefixtures("far_producer")
def test_a_side_in_another_time_namespace_may_not_use_the_monotonic_clock(harness: Harness) -> None:
    outcome = harness.run("--transport", "far", "--clock", "monotonic")
    assert outcome.status == 2
    assert "--clock 'monotonic' is not allowed: the two sides and the harness" in outcome.err
    assert harness.runs == []


@pytest.mark.usefixtures("far_producer")
def test_a_side_in_another_time_namespace_is_warned_of(harness: Harness) -> None:
    assert harness.run("--transport", "far").status == 0
    assert harness.result()["clock_offset"]["time_namespaces"] == "different"
    assert "time_namespaces" in [warning["id"] for warning in harness.result()["warnings"]]


def test_the_course_of_a_run_has_steal_and_switches_between_looks(harness: Harness) -> None:
    harness.tell("producer", endless_run=True)
    harness.run("--timeout-s", "1")
    course = harness.result()["course"]
    assert len(course) > 2
    for one, next_one in zip(course, course[1:], strict=False):
        assert one["from_s"] < one["to_s"] == next_one["from_s"]
    sides = ("producer", "consumer")
    counts = [f"{side}_{kind}_switches" for side in sides for kind in ("voluntary", "involuntary")]
    # A side that has ended is not seen any more.
    assert all(course[0][key] >= 0 for key in counts)
    if Path("/proc/stat").exists():
        assert sum(part["steal_ms"] for part in course) >= 0
