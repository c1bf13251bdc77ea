# SPDX-License-Identifier: Apache-2.0
"""A strip of events as it is drawn beneath the latencies of a run."""

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..causes import words_of
from .events import Levels, Strip
from .style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    legend_above,
    log_times,
)

# Color and mark of each cause of a spike.
CAUSES = {
    "producer_descheduled": (VERMILION, "o"),
    "consumer_descheduled": (BLUE, "s"),
    "gc_pause": (PURPLE, "D"),
    "ring_full": (ORANGE, "v"),
    "wake": (SKY, "<"),
    "page_fault": (GREEN, "P"),
    "outside_process": (INK, "^"),
    "clock_step": (PURPLE, "X"),
    "unknown": (MUTED, "x"),
}
# Color and dashes of what holds for a while.
LEVELS = {
    "producer, involuntary": (VERMILION, "-"),
    "producer, voluntary": (ORANGE, ":"),
    "consumer, involuntary": (BLUE, (0, (2, 2))),
    "consumer, voluntary": (SKY, (0, (1, 2))),
}


def draw_strip(axes: Axes, strip: Strip) -> None:
    """Fills the axes, whose x is shared."""
    for cause, places in strip.series.items():
        color, mark = CAUSES.get(cause, (MUTED, "."))
        axes.plot(*zip(*places, strict=True), mark, color=color, ms=4, label=words_of(cause))
    shown = {name: levels for name, levels in strip.levels.items() if any(v for *_, v in levels)}
    # Where nothing happened the line at 0 says so, once.
    for name, levels in (shown or dict([*strip.levels.items()][:1])).items():
        _draw_levels(axes, name if shown and len(strip.levels) > 1 else None, levels)
    if strip.is_time:
        log_times(axes, "y", strip.label)
    else:
        axes.set_ylabel(strip.label)
        axes.set_ylim(bottom=0, top=max(1.0, 1.08 * axes.get_ylim()[1]))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.yaxis.label.set_fontsize(8)
    if axes.get_legend_handles_labels()[1]:
        legend_above(axes)
        for text in axes.get_legend().get_texts():
            text.set_fontsize(7)


def _draw_levels(axes: Axes, name: str | None, levels: Levels) -> None:
    color, dashes = LEVELS.get(name, (INK, "-"))
    for place, (begin_s, end_s, level) in enumerate(levels):
        axes.plot(
            [begin_s, end_s],
            [level, level],
            color=color,
            linestyle=dashes,
            linewidth=2,
            label=name if place == 0 else None,
        )


def rows_of(strip: Strip) -> list[tuple]:
    """Its numbers for a CSV: quantity, of what, from and to in seconds, value."""
    rows = [
        (strip.quantity, cause, at_s, at_s, value)
        for cause, places in strip.series.items()
        for at_s, value in places
    ]
    return rows + [
        (strip.quantity, name, *level) for name, levels in strip.levels.items() for level in levels
    ]
