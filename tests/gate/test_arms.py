# SPDX-License-Identifier: Apache-2.0
"""Arms that are installations: what is taken from a run."""

import json
from pathlib import Path
from typing import Any

import pytest
from tickring_gate.arms import Installations
from tickring_gate.blocks import ARMS, BASE, CANDIDATE, CONTROL
from tickring_gate.endpoints import WORKLOADS
from tickring_gate.errors import Broken
from tickring_gate.stage import Measured

(ROUND_TRIP,) = (workload for workload in WORKLOADS if workload.name == "round-trip")
OTHER_SIDE = {"involuntary_switches": 10}
NEAR, FAR = ({"rtt_before_ns": rtt, "rtt_after_ns": rtt + 1.0} for rtt in (100.0, 500.0))


def command_in(folder: Path, regimes: list[dict[str, float]] | None, **more: Any) -> Path:  # noqa: ANN401
    """A command that tells always the same. more: of its result; without what is None."""
    side = {"elapsed_s": 0.5, "involuntary_switches": 20}
    trip = {"faster_half_mean_ns": 85.0, "trimmed_mean_ns": 90.0, "p50_ns": 88, "p99_ns": 120}
    result: dict[str, Any] = {"schema_version": 1, "status": "complete", "round_trip": trip}
    result |= {"regimes": regimes, "producer": side, "consumer": side | OTHER_SIDE} | more
    result = {key: value for key, value in result.items() if value is not None}
    command = folder / "tickring"
    make = 'while [ "$1" != --out ]; do shift; done; mkdir "$2/run"'
    command.write_text(f"#!/bin/sh\n{make}\necho '{json.dumps(result)}'\n")
    command.chmod(0o755)
    return command


def installed(folder: Path, regimes: list[dict[str, float]] | None, **more: Any) -> Installations:  # noqa: ANN401
    return Installations(dict.fromkeys(ARMS, [command_in(folder, regimes, **more)]))


def measured(folder: Path, regimes: list[dict[str, float]] | None) -> Measured:
    return installed(folder, regimes).run(BASE, ROUND_TRIP, 0)


def test_a_slice_has_its_figures_and_the_switches_of_the_side_with_more(tmp_path: Path) -> None:
    found = measured(tmp_path, [NEAR])
    assert found.figures is not None
    assert found.figures["round-trip"] == 85.0
    assert found.switches_per_s == 40.0


@pytest.mark.parametrize(
    ("regimes", "probes_ns"),
    [([NEAR], (100.0, 101.0)), ([NEAR, FAR], (100.0, 501.0)), (None, (None, None))],
)
def test_the_probes_are_the_runs_own_before_its_first_message_and_after_its_last(
    tmp_path: Path, regimes: list[dict[str, float]] | None, probes_ns: tuple[float | None, ...]
) -> None:
    assert measured(tmp_path, regimes).probes_ns == probes_ns


def test_a_slice_leaves_out_the_floors_that_no_figure_needs(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = command_in(tmp_path, [NEAR])
    command.write_text(command.read_text().replace("\n", f'\necho "$*" >> {told}\n', 1))
    arms = Installations(dict.fromkeys(ARMS, [command]))
    arms.try_out(ROUND_TRIP)
    arms.run(BASE, ROUND_TRIP, 0)
    lines = told.read_text().splitlines()
    assert len(lines) == len(ARMS) + 1
    assert all(" --floors short " in line for line in lines)


def test_blocks_take_the_links_of_an_arm_in_turn(tmp_path: Path) -> None:
    links = []
    for value in (85.0, 95.0):
        folder = tmp_path / str(value)
        folder.mkdir()
        links.append(command_in(folder, [NEAR], round_trip={"faster_half_mean_ns": value}))
    arms = Installations({arm: links if arm == BASE else links[:1] for arm in ARMS})
    found = {
        arm: [(arms.run(arm, ROUND_TRIP, block).figures or {})["round-trip"] for block in range(4)]
        for arm in ARMS
    }
    assert found == {BASE: [85.0, 95.0] * 2, CONTROL: [85.0] * 4, CANDIDATE: [85.0] * 4}


def test_an_arm_that_tells_all_can_be_measured(tmp_path: Path) -> None:
    installed(tmp_path, [NEAR]).try_out(ROUND_TRIP)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"round_trip": {"p50_ns": 88}}, "the base does not tell the figure of round-trip; take a"),
        ({"schema_version": 2}, "the base writes results of schema version 2, 1 is needed"),
        ({"schema_version": None}, "the base writes results of schema version None, 1 is"),
    ],
)
def test_an_arm_that_tells_otherwise_is_refused(
    tmp_path: Path, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(Broken, match=words):
        installed(tmp_path, [NEAR], **more).try_out(ROUND_TRIP)
