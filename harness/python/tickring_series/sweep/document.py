# SPDX-License-Identifier: Apache-2.0
"""sweep.json: its contents."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from tickring_series.files import put, without_identity
from tickring_series.regimes import FACTOR
from tickring_series.slices import Slice, assign_regimes, main_regime, regime_entries
from tickring_series.sweep import caches, points
from tickring_series.sweep.plan import AXES, CAPACITY, COUNT, PAYLOAD, Point, axis_flags

SCHEMA_VERSION = 1
FILE_NAME = "sweep.json"
NOTHING_MEASURED = "no point was measured"
NO_MEMORY = "result.json does not tell the resident memory of the two ends"
NOTES = {PAYLOAD: "a message carries a tick and its stamp, so 32 bytes are the least"}


@dataclasses.dataclass
class Findings:
    """What is known while a sweep goes on."""

    points: Sequence[Point]  # that were asked for
    left_out: dict[Point, str] = dataclasses.field(default_factory=dict)  # with the reason
    slices: list[Slice] = dataclasses.field(default_factory=list)
    saturated: dict[str, Any] | None = None  # summary of messages per second
    why_not_saturated: str = "the axis rate was not asked for"
    first_result: dict[str, Any] | None = None
    no_probe: str | None = None  # why the placement was not probed


def build(findings: Findings, sizes: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """Everything but the status and the settings; sizes: of the caches."""
    slices = findings.slices
    regimes = assign_regimes(slices)
    regime = main_regime(slices)
    entries = regime_entries(regimes, slices)
    source = findings.first_result or {}
    document: dict[str, Any] = {}
    put(document, "project", source.get("project"), NOTHING_MEASURED)
    environment = without_identity(source.get("environment"))
    put(document, "environment", environment, NOTHING_MEASURED)
    document["caches_bytes"] = dict(sizes)
    put(document, "regimes", entries or None, findings.no_probe or NOTHING_MEASURED)
    put(document, "main_regime", regime, NOTHING_MEASURED)
    document["slices_between_regimes"] = sum(kept["regime"] is None for kept in slices)
    put(document, "saturated_per_s", findings.saturated, findings.why_not_saturated)
    put(document, "resident_memory_bytes", None, NO_MEMORY)
    document["axes"] = [
        _axis(name, findings, regime, sizes)
        for name in AXES
        if any(point.axis == name for point in findings.points)
    ]
    document["left_out"] = [
        {"axis": point.axis, "value": point.value, "reason": why}
        for point, why in findings.left_out.items()
    ]
    document["slices"] = slices
    return document


def _axis(
    name: str, findings: Findings, regime: str | None, sizes: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    axis = AXES[name]
    entry: dict[str, Any] = {"name": name, "title": axis.title, "unit": axis.unit}
    if name in NOTES:
        entry["note"] = NOTES[name]
    entry["common_flags"] = {flag: str(value) for flag, value in axis_flags(name).items()}
    entry["points"] = [
        _point(point, findings, regime, sizes)
        for point in sorted(findings.points)
        if point.axis == name
    ]
    if name == COUNT:
        flatness = points.flatness(entry["points"])
        put(entry, "flatness", flatness, "fewer than two points were measured")
    return entry


def _point(
    point: Point, findings: Findings, regime: str | None, sizes: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    own = [s for s in findings.slices if (s["axis"], s["value"]) == (point.axis, point.value)]
    why_none = findings.left_out.get(point, "the sweep ended before")
    entry = points.of_point(point, own, regime, why_none)
    label = caches.label(point.value, sizes) if point.axis == CAPACITY else None
    return entry | ({"label": label} if label else {})


def settings(options: Mapping[str, Any], done: int, elapsed_s: float) -> dict[str, Any]:
    """What was asked for, and how often all points were visited."""
    pair = dataclasses.asdict(options["pair"])
    asked = {key: options[key] for key in ("repeats", "seed", "duration_s", "least_s", "budget_s")}
    return (
        pair
        | asked
        | {
            "repeats_done": done,
            "elapsed_s": round(elapsed_s, 3),
            "regime_factor": FACTOR,
        }
    )
