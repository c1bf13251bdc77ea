# SPDX-License-Identifier: Apache-2.0
"""What a report is made of: a run, what could be read beside it, and what could not."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .run_files import Intervals, Run, UnreadableRunError, read_intervals, read_run


@dataclass(frozen=True)
class Material:
    """A run with its histograms over time and the other runs of its bench, by scenario."""

    run: Run
    intervals: Intervals | None
    companions: dict[str, "Material"] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)  # what could not be read, one sentence each
    letter: str = ""  # among several runs

    @property
    def label(self) -> str:
        """What it is called in a figure."""
        return f"{self.letter}: {self.scenario}" if self.letter else self.scenario

    @property
    def scenario(self) -> str:
        """Its name; a damaged result may lack it."""
        return str(self.get("scenario.name") or "unnamed")

    def get(self, path: str) -> Any:  # noqa: ANN401
        """A value of the result by its dotted path; None where the run has none."""
        return value_at(self.run.result, path)

    def why_not(self, path: str) -> str:
        """Why the value at a path, or the part that should hold it, is not there."""
        names = path.split(".")
        for depth in range(len(names)):
            whole = ".".join(names[: depth + 1])
            if value_at(self.run.result, whole) is None:
                reason = value_at(self.run.result, f"{whole}_reason")
                return str(reason or f"{self.run.name} has no {whole}")
        return f"{self.run.name} has it"


def value_at(result: object, path: str) -> Any:  # noqa: ANN401
    """A value by its dotted path; None where there is none."""
    for name in path.split("."):
        result = result.get(name) if isinstance(result, dict) else None
    return result


def read_material(place: str, schema: Path) -> Material:
    """A run and what is beside it. Raises UnreadableRunError where the result itself is unusable.

    What else is missing or damaged is named in `missing`, and the rest is there.
    """
    run = read_run(place, schema)
    missing = []
    companions = {}
    for scenario, name in (run.result.get("companion_runs") or {}).items():
        if Path(name).name != name:
            missing.append(f"companion_runs.{scenario}: {name!r} is no name of a run directory")
            continue
        try:
            companions[scenario] = _alone(read_run(str(run.file.parent.parent / name), schema), [])
        except UnreadableRunError as error:
            missing.append(f"The {scenario} run of the same bench is left out: {error}")
    return _alone(run, missing, companions)


def _alone(run: Run, missing: list[str], companions: dict[str, Material] | None = None) -> Material:
    try:
        intervals = read_intervals(run)
    except UnreadableRunError as error:
        intervals = None
        missing.append(str(error))
    return Material(run, intervals, companions or {}, missing)
