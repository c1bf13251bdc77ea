# SPDX-License-Identifier: Apache-2.0
"""Several runs: their figures side by side, and the fields in which they differ."""

from collections.abc import Callable, Sequence
from typing import Any

from ..figures import FIGURES
from ..material import Material
from ..text import shown
from .words import human

Row = tuple[str, ...]


def figures_beside(runs: Sequence[Material]) -> list[Row]:
    """Each figure that one of them has, by run."""
    rows = []
    for figure in FIGURES:
        values = [run.get(figure.key) for run in runs]
        if any(value is not None for value in values):
            rows.append((figure.title, *(human(value, figure.unit) for value in values)))
    return rows


def differences(runs: Sequence[Material]) -> list[Row]:
    """What is not the same in scenario, project and environment."""
    rows = []
    for part, value_of in PARTS.items():
        sections = [run.get(part) or {} for run in runs]
        keys = dict.fromkeys(key for section in sections for key in section)
        for key in keys:
            if key.endswith("_reason"):
                continue
            values = [shown(value_of(section.get(key))) for section in sections]
            if len(set(values)) > 1:
                rows.append((f"{part}: {key.replace('_', ' ')}", *values))
    return rows


def _itself(value: object) -> object:
    return value


def _item(item: dict[str, Any] | None) -> object:
    return item.get("value") if item else None


PARTS: dict[str, Callable[[Any], object]] = {
    "scenario": _itself,
    "project": _itself,
    "environment": _item,
}
