# SPDX-License-Identifier: Apache-2.0
"""Blocks: in which order the arms are run, and what a block says. Pure, as the decision is."""

import itertools
import math
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence

from tickring_gate.decision import Block

BASE, CONTROL, CANDIDATE = ARMS = ("base", "control", "candidate")
SLICES_PER_ARM = 4  # of a block, where a workload does not say otherwise; an even number
MOVED_FACTOR = 2.5  # between two probes of the placement; a lone one scatters by less
Order = tuple[str, ...]


def orders(generator: random.Random, slices_per_arm: int = SLICES_PER_ARM) -> Iterator[Order]:
    """Without end. A block goes there and back, again and again, so that what drifts steadily
    cancels; all six ways to begin come before one comes again, so that no arm gains from its
    place."""
    ways = _ways(generator)
    while True:
        there = itertools.islice(ways, slices_per_arm // 2)
        yield tuple(arm for way in there for arm in (*way, *reversed(way)))


def _ways(generator: random.Random) -> Iterator[Order]:
    ways = list(itertools.permutations(ARMS))
    while True:
        generator.shuffle(ways)
        yield from ways


def block_of(values: Mapping[str, Sequence[float]]) -> Block:
    """The log ratios of one block. values: of each arm's slices, above 0, smaller is better."""
    level = {arm: _undisturbed(values[arm]) for arm in ARMS}
    reference = (level[BASE] + level[CONTROL]) / 2
    return Block(level[CANDIDATE] - reference, level[CONTROL] - level[BASE])


def _undisturbed(values: Sequence[float]) -> float:
    """The mean log of the faster half: whatever disturbs a slice, it makes it slower."""
    faster = sorted(values)[: (len(values) + 1) // 2]
    return statistics.fmean(map(math.log, faster))


def is_one_regime(probes_ns: Sequence[float]) -> bool:
    """Whether the CPUs stayed where they were, by the probes around the slices of a block."""
    return is_near(statistics.median(probes_ns), probes_ns)


def is_near(usual_ns: float, probes_ns: Sequence[float]) -> bool:
    """Whether the CPUs are as far from each other as they usually are."""
    return all(1 / MOVED_FACTOR <= probe_ns / usual_ns <= MOVED_FACTOR for probe_ns in probes_ns)
