# SPDX-License-Identifier: Apache-2.0
"""The end points of the project itself: what is run for each, and which figure of it is judged.

Means are trimmed, or of many messages: the clock's steps of some nanoseconds would hide 5 % in any
percentile of what takes a few hundred.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tickring_report.run_files import Run, UnreadableRunError, read_intervals
from tickring_series.slices import look_up

TRIM = 0.2  # of the latencies at each end
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
    """What a slice runs. read: the figures of its end points, and others that are shown only."""

    name: str
    end_points: tuple[EndPoint, ...]
    flags: tuple[str, ...]
    read: Callable[[Path, dict[str, Any]], Figures]


def _latency(folder: Path, result: dict[str, Any]) -> Figures:
    achieved = look_up(result, ("producer", "achieved_rate_per_s")) or 0.0
    offered = look_up(result, ("scenario", "rate_per_s"))
    held = offered is not None and achieved >= LEAST_RATE * offered
    mean_ns = trimmed_mean_ns(folder, result) if held else None
    percentiles = {f"{key}_ns": look_up(result, ("latency_ns", key)) for key in ("p50", "p99")}
    return {LATENCY.name: mean_ns, **percentiles}


def trimmed_mean_ns(folder: Path, result: dict[str, Any]) -> float | None:
    """Of all latencies of a run but the shortest and the longest; None: they cannot be read."""
    try:
        intervals = read_intervals(Run(folder / "result.json", result))
    except UnreadableRunError:
        return None
    if intervals is None:
        return None
    counts = intervals.counts.sum(axis=0)
    upper = np.cumsum(counts)
    low, high = TRIM * upper[-1], (1 - TRIM) * upper[-1]
    inside = np.clip(upper, low, high) - np.clip(upper - counts, low, high)
    return float(inside @ intervals.middle_ns / inside.sum())


def _round_trip(_folder: Path, result: dict[str, Any]) -> Figures:
    keys = ("trimmed_mean_ns", "p50_ns", "p99_ns")
    found = {key: look_up(result, ("round_trip", key)) for key in keys}
    return {ROUND_TRIP.name: found.pop("trimmed_mean_ns"), **found}


def _per_message(_folder: Path, result: dict[str, Any]) -> Figures:
    elapsed_s, sent = (look_up(result, ("producer", key)) for key in ("elapsed_s", "messages_sent"))
    per_s = look_up(result, ("consumer", "throughput_per_s"))
    return {PRODUCER.name: elapsed_s / sent * 1e9 if sent else None, "throughput_per_s": per_s}


LATENCY = EndPoint("latency", "Python to Rust, paced, trimmed mean")
ROUND_TRIP = EndPoint("round-trip", "native round trip, trimmed mean")
PRODUCER = EndPoint("producer", "Python producer, time per message")
END_POINTS = (LATENCY, ROUND_TRIP, PRODUCER)

WORKLOADS = (
    Workload(
        "latency",
        (LATENCY,),
        ("seed-flush-each", "--rate", "100000", "--messages", "20000"),
        _latency,
    ),
    Workload("round-trip", (ROUND_TRIP,), ("pingpong", "--messages", "200000"), _round_trip),
    Workload("producer", (PRODUCER,), ("seed-unstamped", "--messages", "200000"), _per_message),
)
