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


def test_a_block_goes_there_and_back_again_and_again() -> None:
    for order in itertools.islice(orders(random.Random(1)), 30):
        assert sorted(order) == sorted(ARMS * SLICES_PER_ARM)
        for i in range(0, len(order), 6):
            assert order[i : i + 6] == order[i : i + 6][::-1]
            assert sorted(order[i : i + 3]) == sorted(ARMS)


def test_each_arm_has_each_place_of_a_block_once() -> None:
    seen = set()
    for order in itertools.islice(orders(random.Random(2)), 30):
        ways = [order[i : i + 3] for i in range(0, len(order), 6)]
        for places in zip(*ways, strict=True):
            assert sorted(places) == sorted(ARMS)
        seen.add(ways[0])
    assert len(seen) == 6


def test_the_orders_follow_from_the_seed() -> None:
    first, second, other = (list(itertools.islice(orders(random.Random(i)), 12)) for i in (3, 3, 4))
    assert first == second != other


def test_the_candidate_is_compared_with_both_builds_of_the_base() -> None:
    control = [121, 150, 100, 160, 170, 180]
    block = block_of({BASE: [100] * 6, CONTROL: control, CANDIDATE: [105] * 6})
    assert block.control == pytest.approx(math.log(1.1))
    assert block.candidate == pytest.approx(math.log(1.05) - math.log(1.1) / 2)


def test_what_disturbs_two_thirds_of_the_slices_of_an_arm_does_not_count() -> None:
    quiet = {arm: [102.0, 100.0, 103.0, 101.0, 104.0, 105.0] for arm in ARMS}
    disturbed = quiet | {CANDIDATE: [150.0, 101.0, 160.0, 900.0, 100.0, 180.0]}
    assert block_of(disturbed) == block_of(quiet)
    slower = quiet | {CANDIDATE: [value * 1.1 for value in disturbed[CANDIDATE]]}
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
    assert is_one_regime([118, 120, 90, 119, 130, 121, 120])
    assert not is_one_regime([118, 120, 65, 119, 130, 121, 120])
    assert not is_one_regime([118, 120, 490, 119, 130, 121, 120])


@pytest.mark.parametrize(("probe_ns", "near"), [(63, True), (62, False), (159, True), (161, False)])
def test_a_probe_is_near_up_to_a_factor(probe_ns: float, near: bool) -> None:
    assert is_near(100, [100, probe_ns]) == near
