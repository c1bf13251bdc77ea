# SPDX-License-Identifier: Apache-2.0
"""Puts what a message costs in runs of more and more of them into a page, between its two markers.

    render_growth.py [--check] [--growth FILE] [--page FILE]

FILE (default results/sweep/count.json) is of a sweep of the counts. With --check nothing is
written; exit status 1 when the page does not say what the file says. 2: the file, its counts or a
marker is missing.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import marked_pages  # noqa: E402 - found by the line above

SOURCE = ROOT / "results" / "sweep" / "count.json"
PAGE = ROOT / "docs" / "decisions" / "what-bounds-the-rows.md"


def block(sweep: Mapping[str, Any]) -> str:
    """What belongs between the markers. Raises ValueError where there are no counts."""
    axis = next((axis for axis in sweep["axes"] if axis["name"] == "count"), None)
    if axis is None or axis["flatness"] is None:
        raise ValueError("the sweep has no two counts")
    lines = [
        "| messages | runs | a message, ns | whole runs, median, ns | full, of 1,000 |",
        "|---|---|---|---|---|",
        *map(_line, axis["points"]),
        "",
        f"Largest over smallest: {axis['flatness']['ratio']:.3f}. {sweep['project']['commit']}, "
        f"{sweep['started_utc'][:8]}.",
    ]
    return "\n".join(lines) + "\n"


def _line(point: Mapping[str, Any]) -> str:
    full = 1000 * point["backpressure_count"] / point["messages_sent"]
    return (
        f"| {point['value']:,} | {point['slices_in_main_regime']} | "
        f"{point['trimmed_mean_ns_per_message']:.1f} | {point['ns_per_message']['median']:.1f} | "
        f"{full:.0f} |"
    )


if __name__ == "__main__":
    sys.exit(marked_pages.render_file("growth", SOURCE, PAGE, block))
