# SPDX-License-Identifier: Apache-2.0
"""Medians with intervals that hold whatever the distribution is."""

import dataclasses
import math
import statistics
from collections.abc import Sequence

CONFIDENCE = 0.95


def interval_ranks(count: int, confidence: float = CONFIDENCE) -> tuple[int, int, float] | None:
    """The order statistics (from 1) that hold the median of a distribution between them with at
    least this confidence, the narrowest such symmetrical pair, and the confidence that it really
    has. None: there are too few values.

    The number of values below the median is binomial(count, 1/2), so the pair (k, count + 1 - k)
    misses it with twice the probability of fewer than k.
    """
    total, below, found = 2**count, 0, None
    for k in range(1, count // 2 + 1):
        below += math.comb(count, k - 1)
        reached = 1 - 2 * below / total
        if reached < confidence:
            break
        found = (k, count + 1 - k, reached)
    return found


@dataclasses.dataclass(frozen=True)
class Summary:
    """Of the values of one quantity."""

    count: int
    median: float
    min: float
    max: float
    low: float | None  # of the interval of the median; None: too few values
    high: float | None

    def as_json(self) -> dict[str, float | int | str | None]:
        """With the reason beside what is null."""
        result: dict[str, float | int | str | None] = dataclasses.asdict(self)
        if self.low is None:
            reason = f"{self.count} values are too few for an interval at {CONFIDENCE:.0%}"
            result["low_reason"] = result["high_reason"] = reason
        return result


def summarise(values: Sequence[float]) -> Summary | None:
    """None: there are no values."""
    if not values:
        return None
    ordered = sorted(values)
    ranks = interval_ranks(len(ordered))
    return Summary(
        count=len(ordered),
        median=statistics.median(ordered),
        min=ordered[0],
        max=ordered[-1],
        low=ordered[ranks[0] - 1] if ranks else None,
        high=ordered[ranks[1] - 1] if ranks else None,
    )
