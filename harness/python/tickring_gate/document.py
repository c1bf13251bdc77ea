# SPDX-License-Identifier: Apache-2.0
"""gate.json: its contents (harness/gate.schema.json)."""

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from tickring_series.files import put

from tickring_gate import decision
from tickring_gate.blocks import ARMS, BASE, CANDIDATE
from tickring_gate.calibration import Calibration, decision_hash
from tickring_gate.counting import Counted
from tickring_gate.decision import Finding, Verdict
from tickring_gate.endpoints import Workload
from tickring_gate.stage import Stage

SCHEMA_VERSION = 1
FILE_NAME = "gate.json"
TAIL, TAIL_MARGIN = "p99_ns", 0.5  # not judged, but pointed at: chosen, not calibrated
NO_BLOCK = "no block was kept before a look"


@dataclasses.dataclass
class Findings:
    """What is known while a gate goes on."""

    workloads: Sequence[Workload]
    calibration: Calibration
    stages: list[Stage] = dataclasses.field(default_factory=list)
    found: list[Mapping[str, Finding]] = dataclasses.field(default_factory=list)
    counted: Counted = dataclasses.field(default_factory=Counted)
    verdict: Verdict | None = None


def build(findings: Findings) -> dict[str, Any]:
    """Verdict, end points, blocks and slices."""
    document: dict[str, Any] = {}
    verdict = findings.verdict
    put(document, "verdict", verdict and verdict.outcome.value, "the gate did not come to its end")
    document["reason"] = verdict.reason if verdict else "interrupted"
    document["decision"] = {
        "sha256": decision_hash(),
        "looks": list(decision.LOOKS),
        "beyond_at": list(decision.BEYOND_AT),
        "alpha": decision.ALPHA,
        "family_alpha": decision.FAMILY_ALPHA,
        "power": decision.POWER,
        "bounds_from": findings.calibration.source,
    }
    document["end_points"] = [
        _end_point(findings, workload, name, title, unit)
        for workload in findings.workloads
        for name, title, unit in map(dataclasses.astuple, workload.end_points)
    ]
    document["shown_only"] = [
        entry for workload in findings.workloads for entry in _shown(findings, workload)
    ]
    document["counts"] = [dataclasses.asdict(count) for count in findings.counted.counts]
    document["counts_left_out"] = findings.counted.left_out
    document["blocks"] = [block for stage in findings.stages for block in stage.blocks]
    document["slices"] = [kept for stage in findings.stages for kept in stage.slices]
    return document


def _end_point(
    findings: Findings, workload: Workload, name: str, title: str, unit: str
) -> dict[str, Any]:
    bounds = findings.calibration.bounds(name)
    entry: dict[str, Any] = {"name": name, "title": title, "unit": unit, "workload": workload.name}
    entry |= dataclasses.asdict(bounds)
    slices = findings.stages[0].slices if findings.stages else []
    for arm in ARMS:
        put(entry, f"{arm}_median", _median(slices, workload.name, arm, name), NO_BLOCK)
    entry["stages"] = [_finding(found[name]) for found in findings.found if name in found]
    return entry


def _finding(finding: Finding) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for key, value in dataclasses.asdict(finding).items():
        put(entry, key, value, NO_BLOCK)
    return entry


def _median(
    slices: Sequence[Mapping[str, Any]], workload: str, arm: str, figure: str
) -> float | None:
    values = [
        kept["figures"][figure]
        for kept in slices
        if (kept["workload"], kept["arm"], kept["is_retaken"]) == (workload, arm, False)
        and (kept["figures"] or {}).get(figure) is not None
    ]
    return statistics.median(values) if values else None


def _shown(findings: Findings, workload: Workload) -> list[dict[str, Any]]:
    """Figures that nothing is decided by: medians of slices, and their ratio."""
    slices = findings.stages[0].slices if findings.stages else []
    judged = {point.name for point in workload.end_points}
    names = {
        name: None
        for kept in slices
        if kept["workload"] == workload.name
        for name in kept["figures"] or {}
        if name not in judged
    }
    entries = []
    for name in names:
        base, candidate = (_median(slices, workload.name, arm, name) for arm in (BASE, CANDIDATE))
        if base and candidate is not None:
            entry = {"workload": workload.name, "figure": name, "base_median": base}
            entry |= {"candidate_median": candidate, "ratio": candidate / base}
            if name == TAIL:
                entry |= {"margin": TAIL_MARGIN, "is_beyond": candidate / base > 1 + TAIL_MARGIN}
            entries.append(entry)
    return entries
