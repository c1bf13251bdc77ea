# SPDX-License-Identifier: Apache-2.0
"""Figures that are shown and not judged: what gate.json and the table say of them."""

from types import SimpleNamespace
from typing import Any

import pytest
from tickring_gate import document, table
from tickring_gate.blocks import ARMS, CANDIDATE
from tickring_gate.calibration import Calibration
from tickring_gate.endpoints import EndPoint, Workload

LATENCY = Workload("round-trip", (EndPoint("judged", "A"),), (), lambda *_: {})


def shown(candidate_p99_ns: float) -> list[dict[str, Any]]:
    slices = [
        {
            "workload": LATENCY.name,
            "arm": arm,
            "is_retaken": False,
            "figures": {
                "judged": 100.0,
                "trimmed_mean_ns": 110.0,
                "p99_ns": candidate_p99_ns if arm == CANDIDATE else 200.0,
            },
        }
        for arm in ARMS
    ]
    stage: Any = SimpleNamespace(slices=slices, blocks=[])
    findings = document.Findings([LATENCY], Calibration([], "nowhere"), stages=[stage])
    return document.build(findings)["shown_only"]


def test_what_is_not_judged_is_shown_with_its_ratio() -> None:
    mean, p99 = shown(250.0)
    assert mean == {
        "workload": "round-trip",
        "figure": "trimmed_mean_ns",
        "base_median": 110.0,
        "candidate_median": 110.0,
        "ratio": 1.0,
    }
    assert (p99["figure"], p99["ratio"]) == ("p99_ns", 1.25)


@pytest.mark.parametrize(("p99_ns", "is_beyond"), [(299.0, False), (301.0, True)])
def test_a_p99_that_grew_by_half_is_pointed_at(p99_ns: float, is_beyond: bool) -> None:
    entry = shown(p99_ns)[1]
    assert (entry["margin"], entry["is_beyond"]) == (0.5, is_beyond)
    line = table.shown_line(entry)
    assert ("beyond its margin" in line) is is_beyond
    assert len(line) <= table.COLUMNS
