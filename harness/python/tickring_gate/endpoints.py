# SPDX-License-Identifier: Apache-2.0
"""The end points of the project itself: what is run for each, and which figure of it is judged.

Whatever disturbs a message makes it slower, so that the slower ones have mostly noise to add:
judged is the mean of the faster quarter or half, or the median of what lasts long enough to have
one. In any percentile of a few hundred nanoseconds the clock's steps would hide 5 %.
"""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tickring_report.run_files import Run, UnreadableRunError, read_intervals
from tickring_series.slices import look_up

LEAST_RATE = 0.99  # of what was offered
Figures = dict[str, float | None]


@dataclasses.dataclass(frozen=True)
class EndPoint:
    """Its figure is a time per operation: less is better."""

    name: str
    title: str
    unit: str = "ns"


@dataclasses.dataclass(frozen=True)
class Workload:
    """What a slice runs. read: the figures of its end points, and others that are shown only; None
    for one that did not come about, none at all where the revision does not tell it."""

    name: str
    end_points: tuple[EndPoint, ...]
    flags: tuple[str, ...]
    read: Callable[[Path, dict[str, Any]], Figures]


def _latency(folder: Path, result: dict[str, Any]) -> Figures:
    achieved = look_up(result, ("producer", "achieved_rate_per_s")) or 0.0
    offered = look_up(result, ("scenario", "rate_per_s"))
    held = offered is not None and achieved >= LEAST_RATE * offered
    mean_ns = faster_quarter_mean_ns(folder, result) if held else None
    percentiles = {f"{key}_ns": look_up(result, ("latency_ns", key)) for key in ("p50", "p99")}
    return {LATENCY.name: mean_ns, **percentiles}


def faster_quarter_mean_ns(folder: Path, result: dict[str, Any]) -> float | None:
    """Of all latencies of a run; None: they cannot be read."""
    try:
        intervals = read_intervals(Run(folder / "result.json", result))
    except UnreadableRunError:
        return None
    if intervals is None:
        return None
    counts = intervals.counts.sum(axis=0)
    upper = np.cumsum(counts)
    quarter = upper[-1] / 4
    inside = np.minimum(upper, quarter) - np.minimum(upper - counts, quarter)
    return float(inside @ intervals.middle_ns / quarter)


def _round_trip(_folder: Path, result: dict[str, Any]) -> Figures:
    shown = _told(result, "round_trip", ("trimmed_mean_ns", "p50_ns", "p99_ns"))
    judged = look_up(result, ("round_trip", "faster_half_mean_ns"))
    return shown if judged is None else {ROUND_TRIP.name: judged, **shown}


def _per_message(_folder: Path, result: dict[str, Any]) -> Figures:
    """Of the stretches the median: when the consumer was held up, those that follow seem fast."""
    shown = _told(result, "pace", ("trimmed_mean_ns", "faster_half_mean_ns", "p99_ns"))
    shown["throughput_per_s"] = look_up(result, ("consumer", "throughput_per_s"))
    judged = look_up(result, ("pace", "p50_ns"))
    return shown if judged is None else {PRODUCER.name: judged, **shown}


def _told(result: dict[str, Any], section: str, keys: Sequence[str]) -> Figures:
    return {key: look_up(result, (section, key)) for key in keys}


LATENCY = EndPoint("latency", "Python to Rust, paced")
ROUND_TRIP = EndPoint("round-trip", "native round trip")
PRODUCER = EndPoint("producer", "Python producer, time per message")
END_POINTS = (LATENCY, ROUND_TRIP, PRODUCER)

WORKLOADS = (
    Workload(
        "latency",
        (LATENCY,),
        ("seed-flush-each", "--rate", "100000", "--messages", "10000"),
        _latency,
    ),
    Workload(
        "round-trip",
        (ROUND_TRIP,),
        ("pingpong", "--messages", "200000"),
        _round_trip,
    ),
    Workload(
        "producer",
        (PRODUCER,),
        ("seed-unstamped", "--messages", "200000"),
        _per_message,
    ),
)
