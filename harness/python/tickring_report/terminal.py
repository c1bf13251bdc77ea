# SPDX-License-Identifier: Apache-2.0
"""A run in characters: a small histogram and the sawtooth, in a terminal of 80 columns."""

import math
import re
from collections.abc import Iterator

import numpy as np

from .material import Material
from .run_files import Intervals
from .text import human

BAR_COLUMNS = 40
PLOT_ROWS = 8
STEPS = (1, 2, 5)
COLORS = {"#": "\x1b[34m", "*": "\x1b[33m"}
PLAIN = "\x1b[0m"


def charts(material: Material, *, is_colored: bool) -> str:
    """What the run has data for; empty when it has none."""
    parts = []
    if material.intervals is not None:
        parts.append(histogram(material.intervals))
    medians = material.get("residency.by_position_p50_ns") or []
    if len(medians) > 1:
        parts.append(sawtooth(medians))
    text = "".join(part + "\n" for part in parts)
    if not is_colored:
        return text
    return re.sub(r"#+|\*+", lambda marks: f"{COLORS[marks[0][0]]}{marks[0]}{PLAIN}", text)


def edges_ns(least_ns: float, largest_ns: float) -> Iterator[float]:
    """1, 2, 5, 10, ... from just below the least to at least the largest."""
    decade = math.floor(math.log10(max(least_ns, 1))) - 1
    edges = [step * 10.0**power for power in range(decade, 12) for step in STEPS]
    for edge, following in zip(edges, edges[1:], strict=False):
        if following >= least_ns:
            yield edge
        if edge >= largest_ns:
            return


def histogram(intervals: Intervals) -> str:
    """The share of the messages in each range of latencies."""
    counts = intervals.counts.sum(axis=0)
    edges = list(edges_ns(intervals.highest_ns[0], intervals.highest_ns[-1]))
    places = np.searchsorted(edges, intervals.highest_ns, side="left")
    totals = np.bincount(places, weights=counts, minlength=len(edges))
    lines = ["     latency           messages"]
    for upper in range(1, len(edges)):
        share = totals[upper] / counts.sum()
        length = math.ceil(share * BAR_COLUMNS)
        low, high = (_whole(edges[place]) for place in (upper - 1, upper))
        lines.append(f"{low:>8} - {high:<8}  {'#' * length:<{BAR_COLUMNS}} {_percent(share):>8}")
    return "\n".join(lines)


def _whole(edge_ns: float) -> str:
    return re.sub(r"\.0+ ", " ", human(edge_ns, "ns"))


def _percent(share: float) -> str:
    if share == 0:
        return "-"
    return f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.1 %"


def sawtooth(medians_ns: list[float]) -> str:
    """The median latency by position in the batch."""
    columns = min(len(medians_ns), 64)
    places = [round(i * (len(medians_ns) - 1) / (columns - 1)) for i in range(columns)]
    top = max(medians_ns)
    heights = [round(medians_ns[place] / top * (PLOT_ROWS - 1)) for place in places]
    lines = ["median latency by position in the batch"]
    for row in range(PLOT_ROWS - 1, -1, -1):
        label = human(top * row / (PLOT_ROWS - 1), "ns") if row in (0, PLOT_ROWS - 1) else ""
        dots = "".join("*" if height == row else " " for height in heights)
        lines.append(f"{label:>9} |{dots}".rstrip())
    last = str(len(medians_ns) - 1)
    lines.append(f"{'':>11}0{last:>{columns - 1}}")
    return "\n".join(lines)
