# SPDX-License-Identifier: Apache-2.0
"""Blocks: in which order the arms are run, and what a block says. Pure, as the decision is."""

import math
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence

from tickring_gate.decision import Block

BASE, CONTROL, CANDIDATE = ARMS = ("base", "control", "candidate")
SLICES_PER_ARM = 2 * len(ARMS)  # of a block
MOVED_FACTOR = 1.6  # between two probes of the placement
Order = tuple[str, ...]


def orders(generator: random.Random) -> Iterator[Order]:
    """Without end. A block goes there and back, so that what drifts steadily cancels, three times,
    so that each arm begins, ends and is between the others once: none gains from its place."""
    while True:
        way = generator.sample(ARMS, len(ARMS))
        ways = [way[i:] + way[:i] for i in range(len(ARMS))]
        yield tuple(arm for there in ways for arm in (*there, *reversed(there)))


def block_of(values: Mapping[str, Sequence[float]]) -> Block:
    """The log ratios of one block. values: of each arm's slices, above 0, smaller is better."""
    level = {arm: _undisturbed(values[arm]) for arm in ARMS}
    reference = (level[BASE] + level[CONTROL]) / 2
    return Block(level[CANDIDATE] - reference, level[CONTROL] - level[BASE])


def _undisturbed(values: Sequence[float]) -> float:
    """The mean log of the fastest third: whatever disturbs a slice, it makes it slower, and a
    neighbour on the other half of a core may do so for most of them."""
    fastest = sorted(values)[: len(values) // 3]
    return statistics.fmean(map(math.log, fastest))


def is_one_regime(probes_ns: Sequence[float]) -> bool:
    """Whether the CPUs stayed where they were, by the probes around the slices of a block."""
    return is_near(statistics.median(probes_ns), probes_ns)


def is_near(usual_ns: float, probes_ns: Sequence[float]) -> bool:
    """Whether the CPUs are as far from each other as they usually are."""
    return all(1 / MOVED_FACTOR <= probe_ns / usual_ns <= MOVED_FACTOR for probe_ns in probes_ns)
