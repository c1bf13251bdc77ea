# SPDX-License-Identifier: Apache-2.0
"""What a message costs when something grows: from the points of a sweep, medians with ranges."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from ..material import Material
from .drawing import Drawing, NothingToDrawError
from .style import BLUE, INK, ORANGE, VERMILION, blank, legend_above, log_times, rate_text, times_on

Points = list[dict[str, Any]]


def rate(sweep: dict[str, Any]) -> Drawing:
    """Latency from the intended time against the offered rate."""
    points = [
        point
        for point in _points(sweep, "rate")
        if point.get("offered_per_s") and point.get("intended_latency_ns")
    ]
    if not points:
        raise NothingToDrawError("the sweep has no rate at which a latency was measured")
    figure = blank()
    axes = figure.add_subplot()
    offered = [point["offered_per_s"] for point in points]
    rows = []
    for key, color, mark in (("p99", VERMILION, "s--"), ("p50", BLUE, "o-")):
        summaries = [point["intended_latency_ns"][key] for point in points]
        _ranges(axes, offered, summaries, color, mark, key)
        rows += [
            (share(point), key, point["offered_per_s"], *_numbers(summary), held(point))
            for point, summary in zip(points, summaries, strict=True)
        ]
    missed = [point["offered_per_s"] for point in points if not point.get("is_rate_held", True)]
    for number, place in enumerate(missed):
        label = None if number else "rate not held"
        axes.axvline(place, color=INK, linestyle=":", linewidth=0.9, label=label)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: rate_text(x)))
    axes.set_xlabel("offered rate (messages per second)")
    log_times(axes, "y", "latency from the intended time")
    legend_above(axes, 3)
    return Drawing(
        "rate",
        "Latency against the offered rate",
        "Each message has a time at which it should be sent; latency counts from there, so a "
        "producer that falls behind shows. Bars: the range over the repeats.",
        figure,
        ("percent_of_saturated", "statistic", "offered_per_s", *SUMMARY, "rate_held"),
        rows,
    )


def share(point: dict[str, Any]) -> int:
    """The offered rate in percent of the saturated throughput."""
    return point["value"]


def held(point: dict[str, Any]) -> str:
    """Whether the rate was held, in a word."""
    return "yes" if point.get("is_rate_held", True) else "no"


SUMMARY = ("median_ns", "least_ns", "largest_ns")


def frontier(sweep: dict[str, Any], materials: Sequence[Material] = ()) -> Drawing:
    """Throughput and latency against the number of messages published together."""
    points = [point for point in _points(sweep, "batch") if point.get("latency_ns")]
    if not points:
        raise NothingToDrawError("the sweep has no batch at which a latency was measured")
    figure = blank(1.4)
    upper, lower = figure.subplots(2, 1, sharex=True)
    settings = sweep["settings"]
    name = f"{settings['producer']} to {settings['consumer']}, flat out"
    batches = [point["value"] for point in points]
    throughputs = [point["throughput_per_s"] for point in points]
    latencies = [point["latency_ns"]["p50"] for point in points]
    _ranges(upper, batches, throughputs, BLUE, "o-", name)
    _ranges(lower, batches, latencies, BLUE, "o-", None)
    rows = [
        ("sweep", batch, throughput["median"], latency["median"])
        for batch, throughput, latency in zip(batches, throughputs, latencies, strict=True)
    ]
    rows += _runs_on(upper, lower, materials)
    upper.set_yscale("log")
    upper.yaxis.set_major_formatter(FuncFormatter(lambda y, _: rate_text(y)))
    upper.yaxis.set_minor_formatter(NullFormatter())
    upper.set_ylabel("messages per second")
    lower.set_xscale("log", base=2)
    lower.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    lower.set_xlabel("messages published together")
    log_times(lower, "y")
    legend_above(upper)
    return Drawing(
        "frontier",
        "Throughput and latency against publish-every",
        "Publishing more messages together buys throughput with latency. Flat out, a producer that "
        "outruns its consumer fills the ring, and the latency is the way through it. The sweep's "
        "latency is the median, that of the run and the published one the mean of a window.",
        figure,
        ("of", "publish_every", "throughput_per_s", "latency_ns"),
        rows,
    )


def _runs_on(upper: Axes, lower: Axes, materials: Sequence[Material]) -> list[tuple]:
    """The run beside the sweep, and the published figures that it was held to."""
    rows = []
    for material in materials[:1]:
        throughput = material.get("producer.throughput_per_s")
        steady = material.get("windows.steady_mean_ns")
        batch = material.get("scenario.publish_every")
        if None in (throughput, steady, batch):
            continue
        upper.plot(batch, throughput, "D", color=VERMILION, label=f"{material.label}, here")
        lower.plot(batch, steady, "D", color=VERMILION)
        rows.append((material.run.name, batch, throughput, steady))
        claims = {claim["id"]: claim["published"] for claim in material.get("claims") or []}
        rate_then, range_then = claims.get("producer-throughput"), claims.get("steady-latency")
        if isinstance(rate_then, int | float) and isinstance(range_then, dict):
            ends = [range_then["low"], range_then["high"]]
            upper.plot(batch, rate_then, "s", color=ORANGE, label="published")
            lower.plot([batch] * 2, ends, color=ORANGE, linewidth=6, solid_capstyle="butt")
            rows += [("published", batch, rate_then, end) for end in ends]
    return rows


AXES = ("count", "payload", "capacity")


def cost(sweep: dict[str, Any]) -> Drawing:
    """Time per message against each thing that grew."""
    found = {name: _points(sweep, name) for name in AXES}
    found = {name: points for name, points in found.items() if points}
    if not found:
        raise NothingToDrawError("the sweep measured neither counts nor payloads nor capacities")
    figure = blank(0.25 + 0.6 * len(found))
    rows = []
    panels = figure.subplots(len(found), 1, squeeze=False)[:, 0]
    for axes, (name, points) in zip(panels, found.items(), strict=True):
        axis = _axis(sweep, name)
        summaries = [point["ns_per_message"] for point in points]
        values = [point["value"] for point in points]
        _ranges(axes, values, summaries, BLUE, "o-", None)
        axes.set_xscale("log", base=10 if name == "count" else 2)
        axes.xaxis.set_major_formatter(FuncFormatter(_bytes if name != "count" else _count))
        unit = "" if axis["unit"] in axis["title"] else f" ({axis['unit']})"
        axes.set_xlabel(f"{axis['title']}{unit}")
        times_on(axes, "time per message")
        rows += [(name, value, *_numbers(s)) for value, s in zip(values, summaries, strict=True)]
    return Drawing(
        "cost",
        "The cost of a message when something grows",
        "Flat out, so the time per message is that of the slower side. A flat line is a cost that "
        "does not grow. Bars: the range over the repeats.",
        figure,
        ("axis", "value", *SUMMARY),
        rows,
    )


def _axis(sweep: dict[str, Any], name: str) -> dict[str, Any]:
    return next((axis for axis in sweep["axes"] if axis["name"] == name), {"points": []})


def _points(sweep: dict[str, Any], name: str) -> Points:
    return [point for point in _axis(sweep, name)["points"] if point.get("ns_per_message")]


def _numbers(summary: dict[str, float]) -> tuple[float, float, float]:
    return summary["median"], summary["min"], summary["max"]


def _ranges(
    axes: Axes, x: Sequence[float], summaries: Points, color: str, mark: str, label: str | None
) -> None:
    middle, low, high = zip(*map(_numbers, summaries), strict=True)
    down = [m - value for m, value in zip(middle, low, strict=True)]
    up = [value - m for m, value in zip(middle, high, strict=True)]
    axes.errorbar(
        x, middle, (down, up), fmt=mark, color=color, label=label, ms=4, capsize=2, elinewidth=0.8
    )


def _bytes(value: float, _place: int) -> str:
    for size, unit in ((2**20, "Mi"), (2**10, "Ki")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _count(value: float, _place: int) -> str:
    return rate_text(value)
