# SPDX-License-Identifier: Apache-2.0
"""The course of a run: latencies of its intervals with what happened beneath, and window means."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .. import statistics
from ..material import Material
from .drawing import Drawing, NothingToDrawError
from .events import strips_of
from .percentiles import with_intervals
from .strips import draw_strip, rows_of
from .style import (
    BLUE,
    DASHES,
    GREEN,
    MUTED,
    ORANGE,
    SERIES,
    VERMILION,
    blank,
    legend_above,
    log_times,
)


def over_time(materials: Sequence[Material]) -> Drawing:
    """p50, p99 and the largest latency of each interval of the first run."""
    return _course(materials[0], "over-time", "Latency over time")


def spikes(materials: Sequence[Material]) -> Drawing:
    """The same of the run that was traced, where that is another one: it has the causes."""
    for material in materials[1:]:
        if material.get("spikes"):
            return _course(material, "spikes", "Spikes by cause")
    if materials[0].get("spikes"):
        raise NothingToDrawError("they are beneath the latency over time")
    raise NothingToDrawError(materials[0].why_not("spikes"))


def _course(chosen: Material, name: str, title: str) -> Drawing:
    (material,) = with_intervals([chosen])
    strips, absent = strips_of(material)
    figure = blank(1 + 0.32 * len(strips))
    panels = figure.subplots(
        1 + len(strips),
        1,
        sharex=True,
        squeeze=False,
        gridspec_kw={"height_ratios": [3] + [1] * len(strips)},
    )[:, 0]
    rows = _lines(panels[0], material)
    for axes, strip in zip(panels[1:], strips, strict=True):
        draw_strip(axes, strip)
        rows += rows_of(strip)
    figure.align_ylabels(panels)
    panels[-1].set_xlim(left=0)
    panels[-1].set_xlabel("time since the start (s)")
    words = f"Each interval of the {material.scenario} run by itself."
    return Drawing(
        name,
        title,
        " ".join([words, *(strip.words for strip in strips), *absent]),
        figure,
        ("quantity", "of", "from_s", "to_s", "value"),
        rows,
    )


def _lines(axes: Axes, material: Material) -> list[tuple]:
    intervals = material.intervals
    each = np.eye(len(intervals.counts))
    begin = intervals.start_s
    edges = np.append(begin, begin[-1] + intervals.length_s[-1])
    messages = intervals.counts.sum(axis=1).astype(int)
    rows = _csv_rows("messages", edges, messages)
    for name, fraction, color, dashes in (
        ("largest", 1.0, VERMILION, ":"),
        ("p99", 0.99, GREEN, "--"),
        ("p50", 0.5, BLUE, "-"),
    ):
        values = statistics.quantile_ns(intervals, fraction)(each)
        axes.stairs(values, edges, baseline=None, label=name, color=color, linestyle=dashes)
        rows += _csv_rows(f"{name}_ns", edges, values)
    log_times(axes, "y")
    legend_above(axes, 3)
    return rows


def _csv_rows(quantity: str, edges: np.ndarray, values: np.ndarray) -> list[tuple]:
    return [
        (quantity, "interval", begin, end, value)
        for begin, end, value in zip(edges, edges[1:], values, strict=False)
    ]


def windows(materials: Sequence[Material]) -> Drawing:
    """The means over 10,000 messages, which is what was published, with the published range."""
    found = [material for material in materials if material.get("windows.means_ns")]
    if not found:
        raise NothingToDrawError(materials[0].why_not("windows.steady_mean_ns"))
    figure = blank()
    axes = figure.add_subplot()
    rows = []
    for number, material in enumerate(found):
        means = np.array(material.get("windows.means_ns"), dtype=float)
        share = (np.arange(len(means)) + 0.5) / len(means) * 100
        style = {"color": SERIES[number % 6], "linestyle": DASHES[number % 6]}
        axes.plot(share, means, marker=".", ms=3, label=material.label, **style)
        rows += [(material.run.name, window, mean) for window, mean in enumerate(means)]
    for name, color in (("steady-latency", ORANGE), ("spike-latency", MUTED)):
        _published(axes, found[0], name, color)
    log_times(axes, "y", "mean of a window")
    axes.set_xlabel("part of the run (%)")
    legend_above(axes)
    size = found[0].get("windows.messages_per_window") or "some"
    return Drawing(
        "windows",
        "Window means",
        f"The mean of every {size:,} messages in a row: the published figures are such means. "
        "Shaded: the published ranges, where the run has a claim about them.",
        figure,
        ("run", "window", "mean_ns"),
        rows,
    )


def _published(axes: Axes, material: Material, claim_id: str, color: str) -> None:
    for claim in material.get("claims") or []:
        published = claim["published"]
        if claim["id"] == claim_id and isinstance(published, dict):
            name = "published, steady" if claim_id == "steady-latency" else "published, spikes"
            axes.axhspan(published["low"], published["high"], color=color, alpha=0.3, label=name)
