# SPDX-License-Identifier: Apache-2.0
"""Blocks: in which order the arms are run, and what a block says. Pure, as the decision is."""

import itertools
import math
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence

from tickring_series.regimes import find_regimes

from tickring_gate.decision import Block

BASE, CONTROL, CANDIDATE = ARMS = ("base", "control", "candidate")
Order = tuple[str, ...]


def orders(generator: random.Random) -> Iterator[Order]:
    """Without end. Each block goes there and back, so that what drifts steadily cancels; all six
    ways to begin come before one comes again, so that no arm gains from its place."""
    ways = list(itertools.permutations(ARMS))
    while True:
        generator.shuffle(ways)
        for way in ways:
            yield (*way, *reversed(way))


def block_of(values: Mapping[str, Sequence[float]]) -> Block:
    """The log ratios of one block. values: of each arm's slices, above 0, smaller is better."""
    level = {arm: statistics.fmean(map(math.log, values[arm])) for arm in ARMS}
    reference = (level[BASE] + level[CONTROL]) / 2
    return Block(level[CANDIDATE] - reference, level[CONTROL] - level[BASE])


def is_one_regime(probes_ns: Sequence[float]) -> bool:
    """Whether the CPUs stayed where they were, by the probes around the slices of a block."""
    return len(find_regimes(probes_ns)) == 1
