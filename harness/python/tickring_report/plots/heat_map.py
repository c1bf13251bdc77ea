# SPDX-License-Identifier: Apache-2.0
"""Time against latency, with the number of messages as colour; what is beyond has a row."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LogNorm

from ..material import Material
from .drawing import Drawing
from .percentiles import merged, with_intervals
from .style import blank, log_times

BINS = 48
SHOWN = 0.9995  # of the messages; the rest is in the row above


def heat_map(materials: Sequence[Material]) -> Drawing:
    """Where the messages of the first run lie in time and latency."""
    material = with_intervals(materials[:1])[0]
    intervals = material.intervals
    latencies, totals = merged(material)
    top = latencies[np.searchsorted(totals, SHOWN * totals[-1])]
    edges = np.geomspace(max(latencies[0] * 0.98, 1), top * 1.02, BINS + 1)
    rows_of = np.digitize(intervals.highest_ns, edges) - 1  # BINS: beyond
    cells = np.zeros((BINS + 1, len(intervals.counts)))
    np.add.at(cells, rows_of, intervals.counts.T)
    times = np.append(intervals.start_s, intervals.start_s[-1] + intervals.length_s[-1])

    figure = blank(1.15)
    over, axes = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 12]})
    norm = LogNorm(1, max(cells.max(), 10))
    seen = np.ma.masked_equal(cells, 0)
    options = {"norm": norm, "cmap": "viridis", "rasterized": True}
    mesh = axes.pcolormesh(times, edges, seen[:BINS], **options)
    over.pcolormesh(times, [0, 1], seen[BINS:], **options)
    over.set_yticks([0.5], ["beyond"])
    over.tick_params(length=0)
    for part in (over, axes):
        part.grid(visible=False)
    log_times(axes, "y")
    axes.set_xlabel("time since the start (s)")
    figure.colorbar(mesh, ax=[over, axes], label="messages", aspect=30, pad=0.02)
    uppers = [*edges[1:], None]
    return Drawing(
        "heat-map",
        "Heat map",
        "Each column is a stretch of time, each row a range of latencies; the brighter, the more "
        f"messages. The row on top counts what is above {(1 - SHOWN) * 100:.2g} % of all, so that "
        "rare spikes are seen without squeezing the rest.",
        figure,
        ("start_s", "from_ns", "to_ns", "messages"),
        [
            (times[column], edges[row], uppers[row], int(cells[row, column]))
            for row, column in zip(*np.nonzero(cells), strict=True)
        ],
    )
