# SPDX-License-Identifier: Apache-2.0
"""Block bootstrap: what the noise within one run does to a figure of it."""

from collections.abc import Callable

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 2000
LEAST_INTERVALS = 8

# Sums over resampled intervals: one row per resample, from one row of weights per resample.
Statistic = Callable[[np.ndarray], np.ndarray]


def block_length(count: int) -> int:
    """How many neighbours stay together: the cube root of their number, rounded."""
    return max(1, round(count ** (1 / 3)))


def block_weights(
    count: int, length: int, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """How often each of count intervals is in each resample, drawn in blocks around the circle.

    Each resample holds as many intervals as there are: the last block is cut.
    """
    blocks = -(-count // length)
    starts = generator.integers(0, count, size=(resamples, blocks))
    chosen = (starts[:, :, None] + np.arange(length)) % count
    chosen = chosen.reshape(resamples, -1)[:, :count]
    weights = np.zeros((resamples, count))
    np.add.at(weights, (np.arange(resamples)[:, None], chosen), 1)
    return weights


def resampled(
    statistic: Statistic,
    count: int,
    generator: np.random.Generator,
    *,
    length: int | None = None,
    resamples: int = RESAMPLES,
) -> np.ndarray:
    """The statistic of each resample of count intervals."""
    weights = block_weights(count, length or block_length(count), resamples, generator)
    return statistic(weights)


def ratio_interval(a: np.ndarray, b: np.ndarray) -> tuple[float, float] | None:
    """The central part of B/A over resamples of both; nothing where a ratio cannot be made."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = b / a
    if not np.isfinite(ratios).all():
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return float(low), float(high)
