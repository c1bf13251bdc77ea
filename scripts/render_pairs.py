# SPDX-License-Identifier: Apache-2.0
"""Puts interleaved rounds of two builds into pages of docs/decisions/, between their markers.

    render_pairs.py [--check]

With --check nothing is written; exit status 1 when a page does not say what its kept file says.
2: a file, a round or a marker is missing.
"""

import functools
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import marked_pages  # noqa: E402 - found by the line above

ROOT = Path(__file__).resolve().parent.parent
# The page and its kept file, and what the builds are called there: before and now.
PAIRS = {
    "staying-behind": ("looking_away", "staying_behind"),
    "room-growth": ("first_room", "growing_room"),
}
STREAMS = {"publish_every_1": "every message published", "publish_every_32": "32 at a time"}


def block(name: str, kept: dict[str, Any]) -> str:
    """What belongs between the markers. Raises KeyError where a round is not whole."""
    lines = ["| | before | now | now / before | smallest | largest | now faster in |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for stream, title in STREAMS.items():
        before, now = (
            [one[stream][build]["million_messages_per_s"] for one in kept["rounds"]]
            for build in PAIRS[name]
        )
        ratios = [one / other for one, other in zip(now, before, strict=True)]
        faster = sum(ratio > 1 for ratio in ratios)
        cells = [f"{statistics.median(values):.1f} M/s" for values in (before, now)]
        cells += [f"{cell:.2f}" for cell in (statistics.median(ratios), min(ratios), max(ratios))]
        lines.append(f"| {title} | {' | '.join(cells)} | {faster} of {len(ratios)} |")
    lines += ["", f"Medians of {len(kept['rounds'])} rounds; `results/decisions/{name}.json`."]
    return "\n".join(lines) + "\n"


def render(name: str) -> int:
    """The page of a pair; returns the exit status."""
    kept = ROOT / "results" / "decisions" / f"{name}.json"
    page = ROOT / "docs" / "decisions" / f"{name}.md"
    return marked_pages.render_file("pairs", kept, page, functools.partial(block, name))


if __name__ == "__main__":
    sys.exit(max(map(render, PAIRS)))
