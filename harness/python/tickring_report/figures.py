# SPDX-License-Identifier: Apache-2.0
"""The figures by which two runs are compared, each with its ratio and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import statistics
from .bootstrap import LEAST_INTERVALS, Statistic, ratio_interval, resampled
from .run_files import Intervals, Run

SEED = 20_261_121  # of the resampling: the same two runs always give the same interval


@dataclass(frozen=True)
class Figure:
    """One figure: where result.json has it, and how it is made from resampled intervals."""

    key: str
    title: str
    unit: str
    remake: Callable[[Run, Intervals | None], tuple[Statistic, int] | None]


@dataclass(frozen=True)
class Comparison:
    """A figure of both runs. reason: why there is no interval; None where there is one."""

    key: str
    title: str
    unit: str
    a: float | None
    b: float | None
    ratio: float | None
    low: float | None
    high: float | None
    reason: str | None


def _of_intervals(make: Callable[[Intervals], Statistic]) -> Callable[..., Any]:
    def remake(_run: Run, intervals: Intervals | None) -> tuple[Statistic, int] | None:
        return intervals and (make(intervals), len(intervals.counts))

    return remake


def _quantile(key: str, title: str, fraction: float) -> Figure:
    remake = _of_intervals(lambda intervals: statistics.quantile_ns(intervals, fraction))
    return Figure(f"latency_ns.{key}", f"latency {title}", "ns", remake)


def _steady_mean(run: Run, _intervals: Intervals | None) -> tuple[Statistic, int] | None:
    means = np.array(run.result.get("windows", {}).get("means_ns", []), dtype=float)
    return (statistics.median_of(means), len(means)) if len(means) else None


FIGURES = [
    Figure(
        "producer.throughput_per_s",
        "throughput",
        "msg/s",
        _of_intervals(statistics.throughput_per_s),
    ),
    Figure("latency_ns.mean", "latency mean", "ns", _of_intervals(statistics.mean_ns)),
    _quantile("p50", "p50", 0.5),
    _quantile("p90", "p90", 0.9),
    _quantile("p99", "p99", 0.99),
    _quantile("p99_9", "p99.9", 0.999),
    Figure("windows.steady_mean_ns", "window steady mean", "ns", _steady_mean),
    Figure("round_trip.trimmed_mean_ns", "round trip", "ns", lambda _run, _intervals: None),
]


def value_of(run: Run, key: str) -> float | None:
    """A number of the result by its path; None where the run has none."""
    part: Any = run.result
    for name in key.split("."):
        part = part.get(name) if isinstance(part, dict) else None
    return part


def compare(figure: Figure, runs: tuple[Run, Run], logs: tuple[Any, Any]) -> Comparison | None:
    """One figure of both runs; nothing where neither has it."""
    a, b = (value_of(run, figure.key) for run in runs)
    if a is None and b is None:
        return None
    ratio = b / a if a and b is not None else None
    interval, reason = None, "one of the runs has no such figure"
    if ratio is not None:
        interval, reason = _interval(figure, runs, logs)
    low, high = interval or (None, None)
    return Comparison(figure.key, figure.title, figure.unit, a, b, ratio, low, high, reason)


def _interval(
    figure: Figure, runs: tuple[Run, Run], logs: tuple[Any, Any]
) -> tuple[tuple[float, float] | None, str | None]:
    generator = np.random.default_rng(SEED)
    samples = []
    for run, log in zip(runs, logs, strict=True):
        remade = figure.remake(run, log)
        if remade is None:
            return None, "the run keeps nothing of its course to resample"
        statistic, count = remade
        if count < LEAST_INTERVALS:
            return None, f"{run.name} has {count} intervals; {LEAST_INTERVALS} are needed"
        samples.append(resampled(statistic, count, generator))
    interval = ratio_interval(samples[0], samples[1])
    return interval, None if interval else "a resample has no such figure"
