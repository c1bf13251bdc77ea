# SPDX-License-Identifier: Apache-2.0
"""Which probes of the placement belong together.

A hypervisor moves virtual CPUs about, and the time of a cache line between them changes by factors.
Slices are compared only with slices of the same regime.
"""

import dataclasses
import statistics
from collections.abc import Sequence

FACTOR = 4 / 3  # a probe within this factor of a regime's median belongs to it


@dataclasses.dataclass(frozen=True)
class Regime:
    """Probes within a factor of their median."""

    name: str
    rtt_ns: tuple[float, ...]  # sorted

    @property
    def median_ns(self) -> float:
        """Of the probes."""
        return statistics.median(self.rtt_ns)

    def holds(self, rtt_ns: float) -> bool:
        """Whether a probe is one of this regime's."""
        return self.rtt_ns[0] <= rtt_ns <= self.rtt_ns[-1]


def find_regimes(rtt_ns: Sequence[float]) -> list[Regime]:
    """The regimes of all probes, the one with the most probes first, named A, B, C, ...

    The probes around the median of all are the first group; what lies outside is grouped in the
    same way, below and above it by itself.
    """
    groups = sorted(_grouped(sorted(rtt_ns)), key=len, reverse=True)
    return [Regime(_name(i), tuple(group)) for i, group in enumerate(groups)]


def _grouped(ordered: list[float]) -> list[list[float]]:
    if not ordered:
        return []
    middle = statistics.median_low(ordered)
    low, high = middle / FACTOR, middle * FACTOR
    own = [value for value in ordered if low <= value <= high]
    below = [value for value in ordered if value < low]
    above = [value for value in ordered if value > high]
    return [own, *_grouped(below), *_grouped(above)]


def _name(i: int) -> str:
    return chr(ord("A") + i) if i < 26 else f"R{i}"


def regime_of(regimes: Sequence[Regime], before_ns: float, after_ns: float) -> str | None:
    """The regime of a slice between two probes; None: it changed on the way."""
    for regime in regimes:
        if regime.holds(before_ns) and regime.holds(after_ns):
            return regime.name
    return None
