# SPDX-License-Identifier: Apache-2.0
"""Two runs side by side: figures, ratios, and what differs besides."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from .bootstrap import CONFIDENCE, RESAMPLES
from .figures import FIGURES, Comparison, compare
from .run_files import Run, read_intervals, read_run, section, with_defaults

NOTES = (
    "One pair of runs is one sample: the intervals cover only the noise within the two runs, not "
    "what differs from run to run.",
    "Nothing is judged here.",
)

Differences = dict[str, tuple[Any, Any]]

MOMENTARY = ("frequency_now_khz", "tasks_running")


class UnlikeRunsError(Exception):
    """The runs are of different scenarios; the text names each field and both values."""


def differences(a: dict[str, Any], b: dict[str, Any]) -> Differences:
    """The keys with another value, or with one only once; reasons are left out."""
    keys = [key for key in a | b if not key.endswith("_reason")]
    return {key: (a.get(key), b.get(key)) for key in keys if a.get(key) != b.get(key)}


def environment_values(run: Run) -> dict[str, Any]:
    """Each item of the environment without where it came from; not what was counted or happened
    to be so during the run, which never is the same twice."""
    items = section(run, "environment").items()
    return {
        name: item.get("value")
        for name, item in items
        if not name.startswith("run_") and name not in MOMENTARY
    }


def origin(run: Run) -> dict[str, Any]:
    """Which run it is."""
    return {
        "file": str(run.file),
        "name": run.name,
        "scenario": section(run, "scenario").get("name"),
        "status": run.result.get("status"),
    }


def refuse_unlike(unlike: Differences) -> None:
    """Raises UnlikeRunsError where the workload differs; another name is none of it."""
    fields = {key: both for key, both in unlike.items() if key != "name"}
    if fields:
        words = "; ".join(f"{key} is {a!r} in A and {b!r} in B" for key, (a, b) in fields.items())
        raise UnlikeRunsError(
            f"the runs are not alike: {words}; --unlike compares them all the same"
        )


def compare_runs(place_a: str, place_b: str, schema: Path, unlike: bool) -> dict[str, Any]:
    """All that there is to say, as JSON can have it. Raises UnreadableRunError, UnlikeRunsError."""
    runs = (read_run(place_a, schema), read_run(place_b, schema))
    scenarios = [with_defaults(run, schema) for run in runs]
    scenario = differences(scenarios[0], scenarios[1])
    for key in ("description", "changed"):
        scenario.pop(key, None)
    if not unlike:
        refuse_unlike(scenario)
    logs = (read_intervals(runs[0]), read_intervals(runs[1]))
    compared = [compare(figure, runs, logs) for figure in FIGURES]
    return {
        "a": origin(runs[0]),
        "b": origin(runs[1]),
        "figures": [as_json(row) for row in compared if row is not None],
        "interval": {
            "confidence": CONFIDENCE,
            "resamples": RESAMPLES,
            "method": "block bootstrap within each run, blocks of the cube root of its intervals",
        },
        "differences": {
            "scenario": scenario,
            "project": differences(section(runs[0], "project"), section(runs[1], "project")),
            "environment": differences(environment_values(runs[0]), environment_values(runs[1])),
        },
        "notes": list(NOTES),
    }


def as_json(row: Comparison) -> dict[str, Any]:
    """A comparison with the interval as one field, null with a reason."""
    fields = asdict(row)
    low, high, reason = (fields.pop(key) for key in ("low", "high", "reason"))
    fields["interval"] = None if low is None else [low, high]
    if reason is not None:
        fields["interval_reason"] = reason
    return fields
