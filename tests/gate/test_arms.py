# SPDX-License-Identifier: Apache-2.0
"""Arms that are installations: what is taken from a run."""

import json
from pathlib import Path
from typing import Any

import pytest
from tickring_gate.arms import Installations
from tickring_gate.blocks import ARMS, BASE
from tickring_gate.endpoints import WORKLOADS
from tickring_gate.stage import Measured

(ROUND_TRIP,) = (workload for workload in WORKLOADS if workload.name == "round-trip")
NEAR, FAR = ({"rtt_before_ns": rtt, "rtt_after_ns": rtt + 1.0} for rtt in (100.0, 500.0))


def measured(folder: Path, regimes: list[dict[str, float]] | None) -> Measured:
    side = {"elapsed_s": 0.5, "involuntary_switches": 20}
    trip = {"trimmed_mean_ns": 90.0, "p50_ns": 88, "p99_ns": 120}
    result: dict[str, Any] = {"status": "complete", "round_trip": trip, "regimes": regimes}
    result |= {"producer": side, "consumer": side | {"involuntary_switches": 10}}
    command = folder / "tickring"
    make = 'while [ "$1" != --out ]; do shift; done; mkdir "$2/run"'
    command.write_text(f"#!/bin/sh\n{make}\necho '{json.dumps(result)}'\n")
    command.chmod(0o755)
    return Installations(dict.fromkeys(ARMS, command)).run(BASE, ROUND_TRIP)


def test_a_slice_has_its_figures_and_the_switches_of_the_side_with_more(tmp_path: Path) -> None:
    found = measured(tmp_path, [NEAR])
    assert found.figures == {"round-trip": 90.0, "p50_ns": 88, "p99_ns": 120}
    assert found.switches_per_s == 40.0


@pytest.mark.parametrize(
    ("regimes", "probes_ns"),
    [([NEAR], (100.0, 101.0)), ([NEAR, FAR], (100.0, 501.0)), (None, (None, None))],
)
def test_the_probes_are_the_runs_own_before_its_first_message_and_after_its_last(
    tmp_path: Path, regimes: list[dict[str, float]] | None, probes_ns: tuple[float | None, ...]
) -> None:
    assert measured(tmp_path, regimes).probes_ns == probes_ns
