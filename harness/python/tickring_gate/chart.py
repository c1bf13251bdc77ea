# SPDX-License-Identifier: Apache-2.0
"""The log ratios of a gate in the order in which they were measured, as an image."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

from tickring_gate.blocks import ARMS, block_of

WIDTH_IN, HEIGHT_IN = 9.0, 2.6  # height of each end point
CANDIDATE_COLOUR, CONTROL_COLOUR, MARGIN_COLOUR = "#1f5fa8", "#8a8a8a", "#e8a33d"


def draw(document: Mapping[str, Any], path: Path) -> None:
    """One picture for each end point, one below the other."""
    points = document["end_points"]
    figure, axes = pyplot.subplots(
        len(points), 1, figsize=(WIDTH_IN, HEIGHT_IN * len(points)), squeeze=False
    )
    for axis, entry in zip(axes[:, 0], points, strict=True):
        _draw_end_point(axis, document, entry)
    axes[-1, 0].set_xlabel("block, in the order of measurement")
    figure.suptitle(f"{document['verdict'] or 'INCOMPLETE'}: candidate against base", fontsize=11)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _draw_end_point(axis: Axes, document: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    kept = _kept(document, entry)
    places = range(1, len(kept) + 1)
    axis.axhspan(-_percent(math.log1p(entry["margin"])), _percent(math.log1p(entry["margin"])),
                 color=MARGIN_COLOUR, alpha=0.18, linewidth=0, label="margin")  # fmt: skip
    axis.axhline(0, color="black", linewidth=0.6)
    axis.plot(places, [_percent(block.control) for _, block in kept], "o", markersize=4,
              markerfacecolor="none", color=CONTROL_COLOUR, label="control")  # fmt: skip
    axis.plot(places, [_percent(block.candidate) for _, block in kept], "o", markersize=4,
              color=CANDIDATE_COLOUR, label="candidate")  # fmt: skip
    first = 0
    for number, finding in enumerate(entry["stages"], 1):
        count = sum(stage == number for stage, _ in kept)
        if finding["effect"] is not None and count:
            ends = [first + 0.5, first + count + 0.5]
            _draw_finding(axis, finding, ends, is_first=number == 1)
            first += count
    if len(entry["stages"]) > 1:
        axis.axvline(sum(stage == 1 for stage, _ in kept) + 0.5, color="black", linestyle=":")
    axis.set_title(f"{entry['title']}: {entry['stages'][-1]['state']}" if entry["stages"]
                   else entry["title"], fontsize=9, loc="left")  # fmt: skip
    axis.set_ylabel("100 · ln(ratio)", fontsize=8)
    axis.tick_params(labelsize=8)
    _limit(axis, kept)
    axis.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _draw_finding(
    axis: Axes, finding: Mapping[str, Any], ends: Sequence[float], *, is_first: bool
) -> None:
    middle = _percent(math.log1p(finding["effect"]))
    axis.plot(ends, [middle, middle], color=CANDIDATE_COLOUR, linewidth=1.5,
              label="median" if is_first else None)  # fmt: skip
    if finding["low"] is not None:
        low, high = (_percent(math.log1p(finding[key])) for key in ("low", "high"))
        axis.fill_between(ends, low, high, color=CANDIDATE_COLOUR, alpha=0.12, linewidth=0,
                          label="interval" if is_first else None)  # fmt: skip


def _limit(axis: Axes, kept: Sequence[tuple[int, Any]]) -> None:
    """A block far out is drawn at the edge: it must not flatten all others."""
    sizes = sorted(abs(_percent(block.candidate)) for _, block in kept)
    if sizes:
        most = 1.5 * max(sizes[int(0.9 * (len(sizes) - 1))], 5.0)
        axis.set_ylim(-most, most)


def _kept(document: Mapping[str, Any], entry: Mapping[str, Any]) -> list[tuple[int, Any]]:
    """Stage and ratios of the blocks that were not dropped."""
    found = []
    for block in document["blocks"]:
        if block["workload"] != entry["workload"] or block["dropped"]:
            continue
        key = (block["stage"], block["workload"], block["block"])
        own = [s for s in document["slices"] if (s["stage"], s["workload"], s["block"]) == key]
        values = {
            arm: [kept["figures"][entry["name"]] for kept in own if kept["arm"] == arm]
            for arm in ARMS
        }
        found.append((block["stage"], block_of(values)))
    return found


def _percent(log_ratio: float) -> float:
    return 100 * log_ratio
