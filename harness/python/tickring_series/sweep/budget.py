# SPDX-License-Identifier: Apache-2.0
"""Which points fit into the time that there is."""

import dataclasses
import math
from collections.abc import Iterable, Sequence

from tickring_series.sweep.plan import COUNT, Point

RESERVE = 1.1  # an estimate is no more than that
MOST_RUNS = 100  # of a short count in one repeat
LONG = 2  # a point that takes so many times the usual is the first to go


@dataclasses.dataclass(frozen=True)
class Costs:
    """What runs take, as the first ones showed."""

    duration_s: float  # of a run that is limited by time
    overhead_s: float  # around what is measured: start, analysis and a probe
    ns_per_message: float
    least_s: float = 0.0  # for all runs of a count in one repeat

    def of(self, point: Point) -> float:
        """Seconds for one run."""
        if point.axis == COUNT:
            return self.overhead_s + point.value * self.ns_per_message / 1e9
        return self.overhead_s + self.duration_s

    def runs(self, point: Point) -> int:
        """In one repeat."""
        if point.axis != COUNT:
            return 1
        run_s = point.value * self.ns_per_message / 1e9
        return min(max(math.ceil(self.least_s / run_s), 1), MOST_RUNS)

    def total_s(self, points: Iterable[Point], repeats: int) -> float:
        """With a reserve."""
        return RESERVE * repeats * sum(self.runs(point) * self.of(point) for point in points)


def fit(
    points: Sequence[Point], repeats: int, left_s: float, costs: Costs
) -> tuple[list[Point], list[Point]]:
    """The points that fit into left_s, and those that do not, the first to go first. Long points go
    first; then from the axis with most points one that leaves the smallest gap, so that its ends
    are the last."""
    kept, gone = list(points), []
    while kept and costs.total_s(kept, repeats) > left_s:
        victim = _longest(kept, costs) or _spare(kept)
        kept.remove(victim)
        gone.append(victim)
    return kept, gone


def _longest(points: Sequence[Point], costs: Costs) -> Point | None:
    usual_s = costs.overhead_s + costs.duration_s
    longest = max(points, key=lambda point: (costs.of(point), point.value))
    return longest if costs.of(longest) > LONG * usual_s else None


def _spare(points: Sequence[Point]) -> Point:
    by_axis: dict[str, list[Point]] = {}
    for point in points:
        by_axis.setdefault(point.axis, []).append(point)
    own = sorted(max(by_axis.values(), key=len))
    inner = range(1, len(own) - 1)
    if not inner:
        return own[-1]
    return own[min(inner, key=lambda i: math.log(own[i + 1].value / own[i - 1].value))]
