# SPDX-License-Identifier: Apache-2.0
"""The same workload over every transport, side by side."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .drawing import Drawing, NothingToDrawError
from .style import BLUE, INK, VERMILION, blank, log_times, rate_text

Rows = list[dict[str, Any]]
ROW_HEIGHT = 0.055  # of a usual figure
OWN, FLOORS = "ring", ("cacheline", "lines")


def peers_latency(peers: dict[str, Any]) -> Drawing:
    """Median latency of each transport with the line to its p99, by mode."""
    rows = _with(peers, "latency_ns")
    axes, figure, places = _frame(rows)
    numbers = []
    for row, place in zip(rows, places, strict=True):
        p50, p99 = (row["latency_ns"][key]["median"] for key in ("p50", "p99"))
        color = _color(row)
        axes.plot([p50, p99], [place, place], color=color, linewidth=0.9)
        axes.plot(p50, place, "o", color=color, ms=4.5)
        axes.plot(p99, place, "|", color=color, ms=7)
        numbers.append((row["mode"], row["name"], p50, p99, row["latency_ns"]["p50"]["count"]))
    log_times(axes, "x", "latency: dot p50, bar p99")
    return Drawing(
        "peers-latency",
        "Latency beside others",
        "Median and 99th percentile, each the median over the repeats of one placement regime. "
        "Blue: this project's ring; orange: others; black: a bare cache line, the least there can "
        "be. Flat out, a latency is mostly waiting in the transport's buffer.",
        figure,
        ("mode", "transport", "p50_ns", "p99_ns", "repeats"),
        numbers,
    )


def peers_throughput(peers: dict[str, Any]) -> Drawing:
    """Messages per second of each transport, flat out, by mode."""
    rows = [row for row in _with(peers, "throughput_per_s") if "paced" not in row["mode"]]
    if not rows:
        raise NothingToDrawError("no transport was measured flat out")
    axes, figure, places = _frame(rows)
    numbers = []
    for row, place in zip(rows, places, strict=True):
        summary = row["throughput_per_s"]
        color = _color(row)
        axes.plot([summary["min"], summary["max"]], [place, place], color=color, linewidth=0.9)
        axes.plot(summary["median"], place, "o", color=color, ms=4.5)
        median, least, most = (summary[key] for key in ("median", "min", "max"))
        numbers.append((row["mode"], row["name"], median, least, most, summary["count"]))
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(base=10))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: rate_text(x)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("messages per second: dot median, line range")
    return Drawing(
        "peers-throughput",
        "Throughput beside others",
        "Sent flat out. Blue: this project's ring; orange: others; black: bare shared memory "
        "without a ring. The rows are not alike in all: guarantee, size of a message, waiting; "
        "peers.json says in what.",
        figure,
        ("mode", "transport", "median_per_s", "least_per_s", "largest_per_s", "repeats"),
        numbers,
    )


def _with(peers: dict[str, Any], key: str) -> Rows:
    rows = [row for row in peers["rows"] if row.get(key)]
    if not rows:
        raise NothingToDrawError(f"no transport has {key}")
    return rows


def _color(row: dict[str, Any]) -> str:
    if row["transport"] in FLOORS:
        return INK
    return BLUE if row["transport"] == OWN else VERMILION


def _frame(rows: Rows) -> tuple[Axes, Any, list[int]]:
    """An axis with a line for each row, and one for the name of each mode."""
    names: list[tuple[str, bool]] = []
    places = []
    mode = None
    for row in rows:
        if row["mode"] != mode:
            mode = row["mode"]
            names.append((mode, True))
        places.append(-len(names))
        names.append((row["name"], False))
    figure = blank(0.3 + ROW_HEIGHT * len(names))
    axes = figure.add_subplot()
    axes.set_yticks([-place for place in range(len(names))], [name for name, _ in names])
    for label, (_, is_mode) in zip(axes.get_yticklabels(), names, strict=True):
        label.set_fontweight("bold" if is_mode else "normal")
        label.set_fontsize(7)
    axes.set_ylim(-len(names) + 0.4, 0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    return axes, figure, places
