# SPDX-License-Identifier: Apache-2.0
import itertools
import math
import random

import pytest
from tickring_gate.blocks import ARMS, BASE, CANDIDATE, CONTROL, block_of, is_one_regime, orders


def test_a_block_goes_there_and_back() -> None:
    for order in itertools.islice(orders(random.Random(1)), 30):
        assert order == order[::-1]
        assert sorted(order) == sorted(ARMS * 2)


def test_all_ways_to_begin_come_before_one_comes_again() -> None:
    ways = list(itertools.islice(orders(random.Random(2)), 12))
    assert len(set(ways[:6])) == len(set(ways[6:])) == 6
    assert ways[:6] != ways[6:]


def test_the_orders_follow_from_the_seed() -> None:
    first, second, other = (list(itertools.islice(orders(random.Random(i)), 12)) for i in (3, 3, 4))
    assert first == second != other


def test_the_candidate_is_compared_with_both_builds_of_the_base() -> None:
    block = block_of({BASE: [100, 100], CONTROL: [121, 100], CANDIDATE: [105, 105]})
    assert block.control == pytest.approx(math.log(1.1))
    assert block.candidate == pytest.approx(math.log(1.05) - math.log(1.1) / 2)


def test_a_steady_drift_cancels() -> None:
    order = next(orders(random.Random(5)))
    values: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for i, arm in enumerate(order):
        values[arm].append(100 * 1.1**i)
    assert block_of(values).candidate == pytest.approx(0)
    assert block_of(values).control == pytest.approx(0)


def test_probes_that_jump_are_two_regimes() -> None:
    assert is_one_regime([118, 120, 125, 119, 130, 121, 120])
    assert not is_one_regime([118, 120, 60, 119, 130, 121, 120])
