# SPDX-License-Identifier: Apache-2.0
"""A series of gates, a line of JSON for each, and whether its ratios changed on the way.

Several changes of 1 % are each within the margin of their gate. Against a base that stays the same
they add up, which a series of such gates shows. Nothing is decided by it: it points at a commit.
"""

import dataclasses
import json
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

from tickring_gate.errors import Broken, checked

ALPHA = 0.01  # for each end point at each look
Entry = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Change:
    """Of one end point; effects are medians, as fractions of the base."""

    end_point: str
    since: str  # the first candidate after it
    gates: tuple[int, int]  # before and after it
    effects: tuple[float, float]
    p_value: float


def entry_of(result: Mapping[str, Any], cpu_model: str) -> Entry:
    """What is kept of a gate.json."""
    compared = result["compared"]
    return {
        "started_utc": result["started_utc"],
        "base": compared.get("base") or compared["base_cmd"],
        "candidate": compared.get("candidate") or compared["head_cmd"],
        "cpu_model": cpu_model,
        "verdict": result["verdict"],
        "effects": {point["name"]: point["stages"][0]["effect"] for point in result["end_points"]},
    }


def check(path: Path) -> None:
    """Makes it where there is none, folders too. Raises Broken when it cannot be gone on with."""
    _append(path, "")
    read(path)


def append(path: Path, entry: Entry) -> None:
    """One line. Raises Broken when it cannot be written."""
    _append(path, json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n")


def _append(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Broken(f"the series {path} cannot be written: {error.strerror}") from None


def read(path: Path) -> list[Entry]:
    """Raises Broken with the line that is damaged."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Broken(f"the series {path} cannot be read: {error}") from None
    return [_entry(path, number, line) for number, line in enumerate(lines, 1)]


def _entry(path: Path, number: int, line: str) -> Entry:
    with checked(f"line {number} of the series {path}", "remove that line"):
        entry = json.loads(line)
        texts = [entry[key] for key in ("started_utc", "base", "candidate", "cpu_model")]
        effects = entry["effects"].values()
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a name is no text")
        if not all(effect is None or math.isfinite(effect) for effect in effects):
            raise ValueError("an effect is no number")
    return entry


def changes(entries: Sequence[Entry]) -> list[Change]:
    """Of the gates that have the base and the CPU of the last one."""
    if not entries:
        return []
    last = entries[-1]
    alike = [e for e in entries if all(e[key] == last[key] for key in ("base", "cpu_model"))]
    found = (_change(name, alike) for name in last["effects"])
    return [change for change in found if change is not None]


def _change(name: str, entries: Sequence[Entry]) -> Change | None:
    told = [(e["candidate"], e["effects"][name]) for e in entries if name in e["effects"]]
    told = [(candidate, effect) for candidate, effect in told if effect is not None]
    effects = [effect for _, effect in told]
    if len(effects) < 2:
        return None
    before, p_value = change_point(effects)
    if p_value > ALPHA:
        return None
    return Change(
        end_point=name,
        since=told[before][0],
        gates=(before, len(effects) - before),
        effects=(statistics.median(effects[:before]), statistics.median(effects[before:])),
        p_value=p_value,
    )


def change_point(values: Sequence[float]) -> tuple[int, float]:
    """How many of two or more values come before the most likely change, and the probability of one
    as clear without any: Pettitt's test, A Non-Parametric Approach to the Change-Point Problem,
    Applied Statistics 28 (1979). Of ranks, so that one strange gate is no change."""
    count = len(values)
    before = np.arange(1, count)
    sums = np.cumsum(rankdata(values))[:-1]
    apart = np.abs(2 * sums - before * (count + 1))
    at = int(apart.argmax())
    p_value = 2 * math.exp(-6 * float(apart[at]) ** 2 / (count**3 + count**2))
    return int(before[at]), min(p_value, 1.0)


def lines(entries: Sequence[Entry]) -> list[str]:
    """What the look has found, for people."""
    return [
        f"{change.end_point} changed with {change.since:.12}: {change.effects[0]:+.1%} before "
        f"({change.gates[0]} gates), {change.effects[1]:+.1%} since ({change.gates[1]} gates), "
        f"p {change.p_value:.2g}"
        for change in changes(entries)
    ]
