# SPDX-License-Identifier: Apache-2.0
"""Figures of resampled runs: each takes weights of intervals, one row per resample."""

import numpy as np

from .bootstrap import Statistic
from .run_files import Intervals


def mean_ns(intervals: Intervals) -> Statistic:
    """The mean latency."""
    return lambda weights: (
        weights
        @ (intervals.counts @ intervals.middle_ns)
        / (weights @ intervals.counts.sum(axis=1))
    )


def throughput_per_s(intervals: Intervals) -> Statistic:
    """Messages received per second."""
    return lambda weights: weights @ intervals.counts.sum(axis=1) / (weights @ intervals.length_s)


def quantile_ns(intervals: Intervals, fraction: float) -> Statistic:
    """A percentile of the merged histogram: the upper edge of its bucket, as in result.json."""

    def of(weights: np.ndarray) -> np.ndarray:
        totals = np.cumsum(weights @ intervals.counts, axis=1)
        wanted = np.maximum(np.ceil(fraction * totals[:, -1]), 1)
        return intervals.highest_ns[(totals < wanted[:, None]).sum(axis=1)]

    return of


def median_of(values: np.ndarray) -> Statistic:
    """The median of values, each weighted."""
    order = np.argsort(values)
    ordered = values[order]

    def of(weights: np.ndarray) -> np.ndarray:
        totals = np.cumsum(weights[:, order], axis=1)
        half = totals[:, -1:] / 2
        low = ordered[(totals < half).sum(axis=1)]
        high = ordered[(totals <= half).sum(axis=1)]
        return (low + high) / 2

    return of
