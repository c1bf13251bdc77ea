# SPDX-License-Identifier: Apache-2.0
"""What a report is asked to show: runs and series, told apart by what their files hold."""

import string
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .material import Material, read_material
from .run_files import UnreadableRunError, check, read_json

MOST_RUNS = 6  # lines that can be told apart
# File and the key that tells it.
SERIES = {"sweep.json": "axes", "peers.json": "rows", "gate.json": "end_points"}


@dataclass(frozen=True)
class Inputs:
    """Everything that was named, read."""

    runs: list[Material] = field(default_factory=list)
    sweeps: list[dict[str, Any]] = field(default_factory=list)
    peers: list[dict[str, Any]] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)
    folder: Path | None = None  # of the only thing that was named

    @property
    def all_of_one(self) -> list[Material]:
        """The only run with those of its bench."""
        return [self.runs[0], *self.runs[0].companions.values()]

    @property
    def shown(self) -> list[Material]:
        """The runs whose lines share the figures: several, or one with those of its bench.

        Tracing adds to a latency: what was traced does not stand beside what was not.
        """
        if len(self.runs) != 1:
            return self.runs
        main, *others = self.all_of_one
        return [main, *(run for run in others if not run.get("scenario.instrumented"))]


def read_inputs(places: Sequence[str], schema: Path) -> Inputs:
    """Reads them. Raises UnreadableRunError. schema: of result.json, with the others beside it."""
    inputs = Inputs(folder=_folder(places[0]) if len(places) == 1 else None)
    kinds = {"sweep.json": inputs.sweeps, "peers.json": inputs.peers, "gate.json": inputs.gates}
    for place in places:
        name, document = _series(place)
        if name is None:
            inputs.runs.append(read_material(place, schema))
            continue
        check(Path(place), document, schema.parent / name.replace(".json", ".schema.json"))
        kinds[name].append(document)
    if len(inputs.runs) > MOST_RUNS:
        raise UnreadableRunError(f"{len(inputs.runs)} runs were named; {MOST_RUNS} are the most")
    if len(inputs.runs) > 1:
        lettered = zip(inputs.runs, string.ascii_uppercase, strict=False)
        inputs.runs[:] = [replace(run, letter=letter) for run, letter in lettered]
    return inputs


def _folder(place: str) -> Path:
    path = Path(place)
    return path if path.is_dir() else path.parent


def _series(place: str) -> tuple[str | None, Any]:
    """The kind of a series and what it holds; nothing for a run."""
    path = Path(place)
    if path.is_dir():
        files = [path / name for name in SERIES if (path / name).is_file()]
        if not files or (path / "result.json").is_file():
            return None, None
        path = files[0]
    if not path.is_file():
        return None, None
    document = read_json(path)
    for name, key in SERIES.items():
        if isinstance(document, dict) and key in document:
            return name, document
    return None, None
