# SPDX-License-Identifier: Apache-2.0
import itertools
import math
import random

import pytest
from tickring_gate.blocks import (
    ARMS,
    BASE,
    CANDIDATE,
    CONTROL,
    SLICES_PER_ARM,
    block_of,
    is_near,
    is_one_regime,
    orders,
)


def test_a_block_goes_there_and_back_twice() -> None:
    for order in itertools.islice(orders(random.Random(1)), 30):
        for half in (order[:6], order[6:]):
            assert half == half[::-1]
            assert sorted(half) == sorted(ARMS * 2)
        assert len(order) == SLICES_PER_ARM * len(ARMS)


@pytest.mark.parametrize("slices_per_arm", [2, 4, 8])
def test_a_block_has_as_many_slices_of_each_arm_as_are_asked_for(slices_per_arm: int) -> None:
    ways = set()
    for order in itertools.islice(orders(random.Random(1), slices_per_arm), 12):
        assert sorted(order) == sorted(ARMS * slices_per_arm)
        for i in range(0, len(order), 6):
            assert order[i : i + 6] == order[i : i + 6][::-1]
            ways.add(order[i : i + 3])
    assert len(ways) == 6


def test_all_ways_to_begin_come_before_one_comes_again() -> None:
    every = list(itertools.islice(orders(random.Random(2)), 6))
    ways = [half for order in every for half in (order[:3], order[6:9])]
    assert len(set(ways[:6])) == len(set(ways[6:])) == 6
    assert ways[:6] != ways[6:]


def test_the_orders_follow_from_the_seed() -> None:
    first, second, other = (list(itertools.islice(orders(random.Random(i)), 12)) for i in (3, 3, 4))
    assert first == second != other


def test_the_candidate_is_compared_with_both_builds_of_the_base() -> None:
    block = block_of({BASE: [100] * 4, CONTROL: [121, 150, 100, 160], CANDIDATE: [105] * 4})
    assert block.control == pytest.approx(math.log(1.1))
    assert block.candidate == pytest.approx(math.log(1.05) - math.log(1.1) / 2)


def test_what_disturbs_half_of_the_slices_of_an_arm_does_not_count() -> None:
    quiet = {arm: [100.0, 101.0, 102.0, 103.0] for arm in ARMS}
    disturbed = quiet | {CANDIDATE: [100.0, 101.0, 150.0, 900.0]}
    assert block_of(disturbed) == block_of(quiet)
    slower = quiet | {CANDIDATE: [110.0, 150.0, 111.1, 900.0]}
    assert block_of(slower).candidate == pytest.approx(math.log(1.1))


def test_a_steady_drift_cancels_from_block_to_block() -> None:
    generator = orders(random.Random(5))
    found = []
    for order in itertools.islice(generator, 3):
        values: dict[str, list[float]] = {arm: [] for arm in ARMS}
        for i, arm in enumerate(order):
            values[arm].append(100 * 1.01**i)
        found.append(block_of(values))
    assert sum(block.candidate for block in found) == pytest.approx(0, abs=1e-9)
    assert sum(block.control for block in found) == pytest.approx(0, abs=1e-9)


def test_probes_that_jump_are_two_regimes() -> None:
    assert is_one_regime([118, 120, 65, 119, 130, 121, 120])
    assert not is_one_regime([118, 120, 40, 119, 130, 121, 120])
    assert not is_one_regime([118, 120, 490, 119, 130, 121, 120])


@pytest.mark.parametrize(("probe_ns", "near"), [(41, True), (39, False), (249, True), (251, False)])
def test_a_probe_is_near_up_to_a_factor(probe_ns: float, near: bool) -> None:
    assert is_near(100, [100, probe_ns]) == near
