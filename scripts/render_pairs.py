# SPDX-License-Identifier: Apache-2.0
"""Puts interleaved rounds of two builds into pages of docs/decisions/, between their markers.

    render_pairs.py [--check]

With --check nothing is written; exit status 1 when a page does not say what its kept file says.
2: a file, a round or a marker is missing.
"""

import dataclasses
import functools
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import marked_pages  # noqa: E402 - found by the line above

ROOT = Path(__file__).resolve().parent.parent
SATURATED = {"publish_every_1": "every message published", "publish_every_32": "32 at a time"}
FROM_PYTHON = {"paced_p50": "median latency, 100,000 a second", "flat_out": "a message, flat out"}


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two builds, as the kept file calls them, and what it has of each."""

    before: str
    now: str
    rows: Mapping[str, str]  # with their titles
    figure: str
    unit: str
    is_better_when_larger: bool
    digits: int


_throughput = functools.partial(
    Pair,
    rows=SATURATED,
    figure="million_messages_per_s",
    unit="M/s",
    is_better_when_larger=True,
    digits=1,
)
# By the name of the page and of its kept file.
PAIRS = {
    "staying-behind": _throughput("looking_away", "staying_behind"),
    "room-growth": _throughput("first_room", "growing_room"),
    "expecting-the-commit": Pair(
        before="line_not_expected",
        now="line_expected",
        rows=FROM_PYTHON,
        figure="ns",
        unit="ns",
        is_better_when_larger=False,
        digits=0,
    ),
}


def block(name: str, kept: dict[str, Any]) -> str:
    """What belongs between the markers. Raises KeyError where a round is not whole."""
    pair = PAIRS[name]
    better = "faster" if pair.is_better_when_larger else "shorter"
    lines = [f"| | before | now | now / before | smallest | largest | now {better} in |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for row, title in pair.rows.items():
        before, now = (
            [one[row][build][pair.figure] for one in kept["rounds"]]
            for build in (pair.before, pair.now)
        )
        ratios = [one / other for one, other in zip(now, before, strict=True)]
        good = sum((ratio > 1) == pair.is_better_when_larger and ratio != 1 for ratio in ratios)
        medians = (statistics.median(values) for values in (before, now))
        cells = [f"{middle:.{pair.digits}f} {pair.unit}" for middle in medians]
        cells += [f"{cell:.2f}" for cell in (statistics.median(ratios), min(ratios), max(ratios))]
        lines.append(f"| {title} | {' | '.join(cells)} | {good} of {len(ratios)} |")
    lines += ["", f"Medians of {len(kept['rounds'])} rounds; `results/decisions/{name}.json`."]
    return "\n".join(lines) + "\n"


def render(name: str) -> int:
    """The page of a pair; returns the exit status."""
    kept = ROOT / "results" / "decisions" / f"{name}.json"
    page = ROOT / "docs" / "decisions" / f"{name}.md"
    return marked_pages.render_file("pairs", kept, page, functools.partial(block, name))


if __name__ == "__main__":
    sys.exit(max(map(render, PAIRS)))
