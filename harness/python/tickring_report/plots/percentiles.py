# SPDX-License-Identifier: Apache-2.0
"""The percentile spectrum, and the share of messages below and above each latency."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ..material import Material
from ..tails import FEW, PERCENTILES, tail_of
from .drawing import Drawing, NothingToDrawError
from .style import DASHES, INK, MUTED, SERIES, blank, legend_above, log_times, time_text

FLOORS = (
    ("floors.core_to_core_rtt_ns", "core-to-core round trip"),
    ("floors.clock_read_ns.native", "a clock read, native"),
    ("floors.clock_read_ns.python", "a clock read, Python"),
)


def with_intervals(materials: Sequence[Material]) -> list[Material]:
    """Those that have latencies over time. Raises NothingToDrawError when none has."""
    found = [material for material in materials if material.intervals is not None]
    if not found:
        first = materials[0]
        reason = first.missing[0] if first.missing else first.why_not("latency_ns.count")
        raise NothingToDrawError(reason)
    return found


def merged(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """Latencies, rising, and how many messages have at most that."""
    counts = material.intervals.counts.sum(axis=0)
    return material.intervals.highest_ns, np.cumsum(counts)


def curve(material: Material) -> tuple[np.ndarray, np.ndarray]:
    """As merged, but for neighbours that lie on one spot of a figure: these count once."""
    latencies, totals = merged(material)
    spots = np.unique(np.round(np.log10(latencies) * 200), return_index=True)[1]
    kept = np.union1d(spots, [len(latencies) - 1])
    return latencies[kept], totals[kept]


def spectrum(materials: Sequence[Material]) -> Drawing:
    """Latency against the percentile, so spread that each further nine is as wide as the last."""
    figure = blank()
    axes = figure.add_subplot()
    rows = []
    for number, material in enumerate(with_intervals(materials)):
        latencies, totals = curve(material)
        beyond = totals[-1] - totals
        few = beyond < FEW
        x = totals[-1] / np.maximum(beyond, 0.5)
        style = {"color": SERIES[number % 6], "linestyle": DASHES[number % 6]}
        axes.step(x[~few], latencies[~few], where="pre", label=material.label, **style)
        # The last sure point belongs to both lines.
        start = max(int((~few).sum()) - 1, 0)
        axes.step(x[start:-1], latencies[start:-1], where="pre", color=MUTED, linewidth=1)
        rows += _marks(axes, material, style["color"])
    _floors(axes, materials[0])
    axes.set_xscale("log")
    log_times(axes, "y")
    shown = [p for p in PERCENTILES if 1 / (1 - p / 100) <= axes.get_xlim()[1]]
    axes.xaxis.set_major_locator(FixedLocator([1 / (1 - p / 100) for p in shown]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 - 100 / x:.6g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(left=1)
    axes.set_xlabel("percentile (% of messages)")
    legend_above(axes)
    return Drawing(
        "percentiles",
        "Percentile spectrum",
        "How long a message takes at most, for each share of the messages; every further nine is a "
        f"step of the same width. Grey: fewer than {FEW} messages lie beyond, so that another run "
        "will differ there.",
        figure,
        ("run", "percentile", "latency_ns", "messages_beyond"),
        rows,
    )


def _marks(axes: Axes, material: Material, color: str) -> list[tuple]:
    rows = []
    for tail in tail_of(material.get("latency_ns")):
        rows.append((material.run.name, tail.percentile, tail.latency_ns, tail.beyond))
        if tail.percentile < 100:
            sure = color if tail.is_sure else MUTED
            axes.plot(1 / (1 - tail.percentile / 100), tail.latency_ns, "o", color=sure, ms=4)
    return rows


def _floors(axes: Axes, material: Material) -> None:
    found = [(material.get(path), words) for path, words in FLOORS]
    known = sorted((value, words) for value, words in found if isinstance(value, int | float))
    for number, (floor_ns, words) in enumerate(known):
        axes.axhline(floor_ns, color=INK, linewidth=0.8, linestyle=":")
        axes.annotate(
            f"{words}: {time_text(floor_ns)}",
            # In two columns, above and below the lines: neighbours are often near.
            (0.57 if number % 2 else 0.99, floor_ns),
            xycoords=("axes fraction", "data"),
            xytext=(0, -2 if number % 2 else 2),
            textcoords="offset points",
            ha="right",
            va="top" if number % 2 else "bottom",
            fontsize=7.5,
        )


def distribution(materials: Sequence[Material]) -> Drawing:
    """The share of the messages up to each latency, and of those above it."""
    figure = blank(1.45)
    below, above = figure.subplots(2, 1, sharex=True)
    rows = []
    for number, material in enumerate(with_intervals(materials)):
        latencies, totals = curve(material)
        share = totals / totals[-1]
        style = {"color": SERIES[number % 6], "linestyle": DASHES[number % 6]}
        below.step(latencies, 100 * share, where="post", label=material.label, **style)
        above.step(latencies[:-1], 100 * (1 - share[:-1]), where="post", **style)
        rows += [
            (material.run.name, latency, int(total), part)
            for latency, total, part in zip(latencies, totals, share, strict=True)
        ]
    below.set_ylabel("messages up to it (%)")
    above.set_yscale("log")
    above.yaxis.set_major_formatter(FuncFormatter(lambda part, _: f"{part:g}"))
    above.set_ylabel("messages above it (%)")
    log_times(above, "x")
    legend_above(below)
    return Drawing(
        "distribution",
        "Distribution",
        "Above: how many messages take at most so long; steep is where most are. Below: how many "
        "take longer, on a log scale, which spreads out the rare ones.",
        figure,
        ("run", "latency_ns", "messages_up_to_it", "share_up_to_it"),
        rows,
    )
