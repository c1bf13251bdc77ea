# SPDX-License-Identifier: Apache-2.0
"""Where the time goes: the parts of the model, and those that a traced run measured."""

from collections.abc import Sequence

from matplotlib.ticker import FuncFormatter

from ..material import Material
from ..model import model_of
from .drawing import Drawing, NothingToDrawError
from .style import BLUE, GREEN, INK, ORANGE, SKY, blank, legend_above, time_text

MEASURED = {
    "stamp_to_commit": "stamp to commit",
    "commit_to_publish": "waiting to be published",
    "publish_to_seen": "on the way",
    "seen_to_read": "being read",
}


def _stacked(bars: dict[str, dict[str, float]], colors: Sequence[str]) -> tuple:
    figure = blank(0.45 + 0.16 * len(bars))
    axes = figure.add_subplot()
    places = range(len(bars) - 1, -1, -1)
    names = list(dict.fromkeys(part for bar in bars.values() for part in bar))
    left = [0.0] * len(bars)
    for name, color in zip(names, colors, strict=False):
        widths = [bar.get(name, 0.0) for bar in bars.values()]
        axes.barh(places, widths, 0.55, left, color=color, label=name)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set_yticks(list(places), list(bars))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: time_text(x) if x else "0"))
    axes.grid(visible=False, axis="y")
    return figure, axes, dict(zip(bars, places, strict=True))


def measured_parts(materials: Sequence[Material]) -> Drawing:
    """The parts of a message's way, as the run that was traced has them."""
    traced = [material for material in materials if material.get("breakdown_ns")]
    if not traced:
        raise NothingToDrawError(materials[0].why_not("breakdown_ns"))
    material = traced[0]
    bars: dict[str, dict[str, float]] = {}
    for statistic in ("mean", "p50", "p99"):
        values = {
            words: material.get(f"breakdown_ns.{key}.{statistic}")
            for key, words in MEASURED.items()
        }
        bars[statistic] = {words: value for words, value in values.items() if value is not None}
    figure, axes, _ = _stacked(bars, (ORANGE, BLUE, GREEN, SKY))
    axes.set_xlabel("latency")
    legend_above(axes)
    return Drawing(
        "measured-parts",
        "Where the time goes, traced",
        f"The parts of a message's way in the {material.scenario} run, in which both sides traced "
        "every message; that adds to the latency. Means of parts add up to the mean of the whole, "
        "percentiles do not.",
        figure,
        ("run", "statistic", "part", "time_ns"),
        [
            (material.run.name, statistic, part, value)
            for statistic, bar in bars.items()
            for part, value in bar.items()
        ],
    )


def parts(materials: Sequence[Material]) -> Drawing:
    """The mean of each run by the model."""
    bars: dict[str, dict[str, float]] = {}
    measured: dict[str, float] = {}
    rows = []
    for material in materials:
        model = model_of(material)
        if model is None or not model.is_whole:
            continue
        bar = {
            "waiting for company": model.waiting_ns,
            "being read": model.queue_ns,
            "transport": model.transport_ns,
        }
        bars[material.label] = bar
        rows += [(material.run.name, "mean", part, value) for part, value in bar.items()]
        if model.measured_ns is not None:
            measured[material.label] = model.measured_ns
            rows.append((material.run.name, "mean", "measured", model.measured_ns))
    if not bars:
        raise NothingToDrawError(materials[0].why_not("residency.predicted_mean_ns"))
    figure, axes, places = _stacked(bars, (BLUE, GREEN, ORANGE))
    for label, value in measured.items():
        axes.plot(value, places[label], "D", color=INK, ms=6)
    axes.plot([], [], "D", color=INK, ms=6, label="measured mean")
    axes.set_xlabel("mean latency")
    legend_above(axes)
    return Drawing(
        "parts",
        "Where the time goes",
        "The mean latency by the model: waiting until the batch is full, waiting while those in "
        "front are read, and the transport, which another run measured. The diamond is what came "
        "out.",
        figure,
        ("run", "statistic", "part", "time_ns"),
        rows,
    )
