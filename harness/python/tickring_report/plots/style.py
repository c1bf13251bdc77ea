# SPDX-License-Identifier: Apache-2.0
"""How all figures look: colours that the colour-blind can tell apart, and axes with units."""

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

# The palette of Okabe and Ito. Lines differ in their dashes besides.
BLUE, ORANGE, GREEN, VERMILION = "#0072b2", "#e69f00", "#009e73", "#d55e00"
SKY, PURPLE, YELLOW = "#56b4e9", "#cc79a7", "#f0e442"
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
# Of text and of what is less sure: a page replaces both by colours of its own.
INK, MUTED = "#24292f", "#7a828b"

# Wide enough for a phone's screen without shrinking the letters too far.
WIDTH_IN, HEIGHT_IN = 4.8, 3.3


matplotlib.rcParams.update(
    {
        "axes.edgecolor": INK,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.labelsize": 9,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.constrained_layout.use": True,
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "grid.alpha": 0.25,
        "grid.color": MUTED,
        "grid.linewidth": 0.6,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "lines.linewidth": 1.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "tickring",
        "text.color": INK,
        "xtick.color": INK,
        "xtick.labelsize": 8,
        "ytick.color": INK,
        "ytick.labelsize": 8,
    }
)

_SCALES = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns"))


def time_text(value_ns: float) -> str:
    """A time with its unit, as short as can be."""
    for divisor, unit in _SCALES:
        if abs(value_ns) >= divisor:
            return f"{value_ns / divisor:.3g} {unit}"
    return f"{value_ns:.3g} ns"


def rate_text(value_per_s: float) -> str:
    """A number of messages per second."""
    for divisor, unit in ((1e6, "M"), (1e3, "k")):
        if abs(value_per_s) >= divisor:
            return f"{value_per_s / divisor:.3g}{unit}"
    return f"{value_per_s:.3g}"


def blank(height: float = 1) -> Figure:
    """A figure of the usual width; height in usual heights."""
    return Figure(figsize=(WIDTH_IN, HEIGHT_IN * height))


def log_times(axes: Axes, which: str, label: str = "latency") -> None:
    """An axis ("x" or "y") of times on a log scale, with its data drawn; each tick has its unit."""
    getattr(axes, f"set_{which}scale")("log")
    axis = getattr(axes, f"{which}axis")
    low, high = getattr(axes, f"get_{which}lim")()
    # Where there are hardly two powers of ten, 2 and 5 are told too.
    axis.set_major_locator(LogLocator(subs=(1,) if high > 30 * low else (1, 2, 5), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: time_text(value)))
    axis.set_minor_formatter(NullFormatter())
    axis.set_label_text(label)


def times_on(axes: Axes, label: str = "latency") -> None:
    """A linear y axis of times from 0."""
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: time_text(value) if value else "0")
    )
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)


def legend_above(axes: Axes, columns: int = 2) -> None:
    """A legend that covers no data."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, handlelength=1.8
    )
