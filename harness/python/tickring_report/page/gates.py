# SPDX-License-Identifier: Apache-2.0
"""A gate: its verdict, and for each end point by what it came about."""

from collections.abc import Mapping
from typing import Any

from tickring_gate.table import changed, percent
from tickring_series.text import DASH

from .words import counted, human

Gate = Mapping[str, Any]
KINDS = {"PASS": "good", "FAIL": "bad", "INCONCLUSIVE": "care"}
SHORT = 12  # digits of a commit


def decided(gate: Gate) -> dict[str, Any]:
    """What the template says of a gate.json."""
    return {
        "word": gate["verdict"] or "incomplete",
        "kind": KINDS.get(gate["verdict"], "care"),
        "sentence": f"{gate['reason']}.",
        "compared": _compared(gate["compared"]),
        "rows": [row for entry in gate["end_points"] for row in _rows(entry)],
        "bounds_from": gate["decision"]["bounds_from"],
        "counted": _counted(gate),
        "changed": [
            (count["operation"], count["kind"], f"{count['base']:.2f}", f"{count['candidate']:.2f}",
             count["state"])
            for count in changed(gate)
        ],
    }  # fmt: skip


def _compared(compared: Mapping[str, Any]) -> str:
    if "base_cmd" in compared:
        return f"{compared['head_cmd']}, against {compared['base_cmd']}"
    more = " with what was not committed" if compared["candidate_dirty"] else ""
    return f"{compared['candidate'][:SHORT]}{more}, against {compared['base'][:SHORT]}"


def _rows(entry: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """One for each stage."""
    levels = [human(entry[f"{arm}_median"], entry["unit"]) for arm in ("base", "candidate")]
    margin = percent(entry["margin"]).removeprefix("+")
    if not entry["stages"]:
        return [(entry["title"], *levels, DASH, DASH, margin, DASH, "nothing")]
    return [
        (
            f"{entry['title']}, again" if number else entry["title"],
            *([DASH, DASH] if number else levels),
            percent(finding["effect"]),
            _interval(finding),
            margin,
            percent(finding["smallest_effect"]).removeprefix("+"),
            finding["state"],
        )
        for number, finding in enumerate(entry["stages"])
    ]


def _interval(finding: Mapping[str, Any]) -> str:
    if finding["low"] is None:
        return DASH
    return f"{percent(finding['low'])} to {percent(finding['high'])}"


def _counted(gate: Gate) -> str:
    words = f"{counted(len(gate['counts']), 'cost')} of operations counted, "
    words += f"{len(changed(gate)) or 'none'} changed."
    left_out = [f"{kind} ({why})" for kind, why in gate["counts_left_out"].items()]
    return f"{words} Left out: {', '.join(left_out)}." if left_out else words
