# SPDX-License-Identifier: Apache-2.0
"""How often the gate errs on machines whose noise is known, in many gates with fixed seeds."""

import pytest
from gate_noise import BOUNDS, MACHINES, fixed_orders, gate
from scipy.stats import binom
from tickring_gate.decision import ALPHA, POWER, State

GATES = 200
# More false alarms than this come once in a thousand such tests when the rate is as stated.
MOST_FALSE = int(binom.ppf(0.999, GATES, ALPHA))
EFFECT = BOUNDS.limit
FASTER = 1 / (1 + EFFECT) - 1


def states(machine: str, **more: object) -> list[State]:
    return [gate(MACHINES[machine], seed, **more).state for seed in range(GATES)]


@pytest.mark.parametrize("machine", MACHINES)
def test_equal_arms_are_rarely_told_apart(machine: str) -> None:
    found = states(machine)
    assert found.count(State.REGRESSED) <= MOST_FALSE
    assert found.count(State.IMPROVED) <= MOST_FALSE


@pytest.mark.parametrize("machine", MACHINES)
def test_equal_arms_mostly_end_in_a_pass(machine: str) -> None:
    assert states(machine).count(State.UNCHANGED) >= 0.9 * GATES


@pytest.mark.parametrize("effect", [EFFECT, FASTER])
@pytest.mark.parametrize("machine", MACHINES)
def test_an_effect_of_the_limit_is_not_passed_over(machine: str, effect: float) -> None:
    assert states(machine, effect=effect).count(State.UNCHANGED) <= (1 - POWER) * GATES


@pytest.mark.parametrize("machine", MACHINES)
def test_an_effect_of_the_limit_is_found_slower_as_often_as_faster(machine: str) -> None:
    assert states(machine, effect=EFFECT).count(State.REGRESSED) >= POWER * GATES
    assert states(machine, effect=FASTER).count(State.IMPROVED) >= POWER * GATES


@pytest.mark.parametrize("machine", ["white", "disturbances", "step"])
def test_a_candidate_at_the_margin_is_a_regression_no_more_often_than_stated(machine: str) -> None:
    assert states(machine, effect=0.0199).count(State.REGRESSED) <= MOST_FALSE


@pytest.mark.parametrize("machine", ["white", "autocorrelation"])
def test_builds_of_the_base_that_differ_make_the_gate_uncertain(machine: str) -> None:
    assert states(machine, control_effect=EFFECT).count(State.UNCERTAIN) >= 0.95 * GATES


@pytest.mark.parametrize("machine", ["ramp", "periodic", "positional bias"])
def test_a_fixed_order_calls_equal_arms_different(machine: str) -> None:
    """The proof that balance and chance in the order are what keeps the rates above."""
    found = states(machine, orders=fixed_orders)
    assert found.count(State.UNCHANGED) < 0.5 * GATES
