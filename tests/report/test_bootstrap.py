# SPDX-License-Identifier: Apache-2.0
"""The resampling, on data whose truth is known."""

import numpy as np
import pytest
from tickring_report import statistics
from tickring_report.bootstrap import (
    CONFIDENCE,
    block_length,
    block_weights,
    ratio_interval,
    resampled,
)
from tickring_report.run_files import Intervals

SEEDS = 300
INTERVALS = 100


def intervals_of(rates: np.ndarray, generator: np.random.Generator) -> Intervals:
    """Per interval so many messages, each of 100 ns or 300 ns with the same chance."""
    slow = generator.binomial(rates, 0.5)
    edges = np.array([100.0, 300.0])
    return Intervals(np.column_stack([rates - slow, slow]), edges, edges, np.full(len(rates), 0.01))


def test_each_resample_has_as_many_intervals_as_there_are() -> None:
    weights = block_weights(10, 4, 50, np.random.default_rng(1))
    assert (weights.sum(axis=1) == 10).all()


def test_neighbours_stay_together_around_the_circle() -> None:
    (weights,) = block_weights(6, 6, 1, np.random.default_rng(1))
    assert (weights == 1).all()
    blocks = block_weights(9, 3, 200, np.random.default_rng(1))
    alone = (blocks > 0) & (np.roll(blocks, 1, axis=1) == 0) & (np.roll(blocks, -1, axis=1) == 0)
    assert not alone.any()


@pytest.mark.parametrize(("count", "length"), [(1, 1), (8, 2), (27, 3), (256, 6)])
def test_a_block_has_the_cube_root_of_the_intervals(count: int, length: int) -> None:
    assert block_length(count) == length


def covers(seed: int) -> bool:
    """Whether the interval of one pair of synthetic runs holds the true ratio of 1."""
    generator = np.random.default_rng(seed)
    samples = []
    for _ in range(2):
        intervals = intervals_of(generator.poisson(50, INTERVALS), generator)
        statistic = statistics.mean_ns(intervals)
        samples.append(resampled(statistic, INTERVALS, generator, resamples=500))
    low, high = ratio_interval(*samples)
    return low <= 1 <= high


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered = sum(covers(seed) for seed in range(SEEDS))
    expected, deviation = SEEDS * CONFIDENCE, (SEEDS * CONFIDENCE * (1 - CONFIDENCE)) ** 0.5
    assert abs(covered - expected) <= 3 * deviation


def test_neighbours_that_resemble_one_another_widen_the_interval() -> None:
    generator = np.random.default_rng(7)
    regimes = np.repeat(generator.normal(size=20), 10)  # each holds for ten intervals
    widths = []
    for length in (1, 10):
        samples = resampled(
            lambda weights: weights @ regimes, len(regimes), np.random.default_rng(1), length=length
        )
        widths.append(np.ptp(np.quantile(samples, [0.025, 0.975])))
    assert widths[1] > 2 * widths[0]


def test_a_ratio_that_cannot_be_made_has_no_interval() -> None:
    assert ratio_interval(np.array([1.0, 0.0]), np.array([1.0, 1.0])) is None


def test_without_resampling_the_figures_are_those_of_all_intervals() -> None:
    counts = np.array([[1.0, 3.0, 0.0], [4.0, 0.0, 2.0]])
    edges = np.array([100.0, 200.0, 1000.0])
    intervals = Intervals(counts, edges, edges - 1, np.array([0.01, 0.03]))
    once = np.ones((1, 2))
    assert statistics.quantile_ns(intervals, 0.5)(once) == [100]
    assert statistics.quantile_ns(intervals, 0.51)(once) == [200]
    assert statistics.quantile_ns(intervals, 0.999)(once) == [1000]
    assert statistics.mean_ns(intervals)(once) == [(5 * 99 + 3 * 199 + 2 * 999) / 10]
    assert statistics.throughput_per_s(intervals)(once) == pytest.approx([250])


def test_a_weight_counts_an_interval_so_often() -> None:
    counts = np.array([[10.0, 0.0], [0.0, 10.0]])
    edges = np.array([100.0, 200.0])
    intervals = Intervals(counts, edges, edges, np.array([0.01, 0.01]))
    median = statistics.quantile_ns(intervals, 0.5)
    assert median(np.array([[2.0, 1.0], [1.0, 2.0]])).tolist() == [100, 200]


@pytest.mark.parametrize(
    ("weights", "median"), [([1, 1, 1], 5), ([1, 1, 0], 6), ([0, 0, 4], 5), ([2, 1, 0], 7)]
)
def test_a_weighted_median_is_that_of_repeated_values(weights: list[int], median: float) -> None:
    values = np.array([7.0, 5.0, 5.0])
    assert statistics.median_of(values)(np.array([weights], dtype=float)) == [median]
