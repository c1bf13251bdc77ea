# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from tickring_series.breakdown.slices import make
from tickring_series.breakdown.summary import PARTS, of_scenario, trimmed_mean
from tickring_series.breakdown.table import signed
from tickring_series.running import Outcome
from tickring_series.slices import Slice

STATED_NS = 300.0


def kept(plain_ns: float, added_ns: float, regime: str | None = "A") -> Slice:
    return {
        "scenario": "seed",
        "outcome": "measured",
        "regime": regime,
        "parts_ns": dict.fromkeys(PARTS, plain_ns / 4),
        "sum_error_fraction": 0.0,
        "stated_cost_ns": STATED_NS,
        "plain_mean_ns": plain_ns,
        "added_ns": added_ns,
    }


def test_the_trimmed_mean_leaves_out_a_fifth_at_either_end() -> None:
    assert trimmed_mean([1, 2, 3, 4, 1000]) == 3
    assert trimmed_mean([1, 2, 3, 1000]) == 251.5


@pytest.mark.parametrize("regime", [None, "B"])
def test_a_run_of_another_regime_is_left_out(regime: str | None) -> None:
    row = of_scenario("seed", [kept(9_000, 300), kept(90_000, 9_000, regime)], "A")
    assert (row["plain_ns"], row["added_ns"], row["slices_in_main_regime"]) == (9_000, 300, 1)


@pytest.mark.parametrize(
    ("plain_ns", "added_ns", "agrees"),
    [
        (10_000, 599, True),  # 3 % of 10 us are tolerated
        (10_000, 601, False),
        (10_000, -1, False),
        (500, 329, True),  # 30 ns at least
        (500, 331, False),
    ],
)
def test_what_the_traces_add_is_held_against_what_they_are_said_to(
    plain_ns: float, added_ns: float, agrees: bool
) -> None:
    row = of_scenario("seed", [kept(plain_ns, added_ns)], "A")
    assert (row["added_ns"], row["stated_ns"]) == (added_ns, STATED_NS)
    assert row["agrees"] is agrees


def test_a_cost_that_is_stated_twice_does_not_agree() -> None:
    twice = kept(9_000, STATED_NS) | {"stated_cost_ns": 2 * STATED_NS}
    assert of_scenario("seed", [twice], "A")["agrees"] is False


def test_without_a_measured_run_nothing_is_judged() -> None:
    aborted: Slice = {"scenario": "seed", "outcome": "aborted", "reason": "it died", "regime": "A"}
    row = of_scenario("seed", [aborted, kept(1, 1) | {"scenario": "sender"}], "A")
    assert (row["agrees"], row["parts_ns"], row["aborted_slices"]) == (None, None, 1)
    assert row["agrees_reason"] == "no run was measured whole and in the main regime"


def result_of(instruments: dict[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {part: {"mean": 5.0} for part in PARTS}
    parts |= {"sum_error_fraction": 1e-9, "instruments": instruments}
    return {"status": "complete", "breakdown_ns": parts}


def test_a_run_keeps_its_parts_and_what_its_instruments_cost() -> None:
    costs = {"stated_cost_ns": STATED_NS, "plain_mean_ns": 20.0, "added_ns": 7.0}
    found = make("seed", 3, Outcome(0, result_of(costs), ""))
    assert (found["outcome"], found["repeat"], found["added_ns"]) == ("measured", 3, 7.0)
    assert found["parts_ns"] == dict.fromkeys(PARTS, 5.0)


def test_a_run_that_broke_or_cannot_be_compared_says_why() -> None:
    assert make("seed", 0, Outcome(4, None, "it died"))["reason"] == "it died"
    untraced = {"status": "complete", "breakdown_ns": None, "breakdown_ns_reason": "no trace"}
    assert make("seed", 0, Outcome(0, untraced, ""))["reason"] == "no trace"
    costs = {"stated_cost_ns": 1.0, "plain_mean_ns": None, "added_ns": None}
    costs |= {"plain_mean_ns_reason": "too short", "added_ns_reason": "too short"}
    assert make("seed", 0, Outcome(0, result_of(costs), ""))["reason"] == "too short"


def test_a_difference_below_zero_keeps_its_unit() -> None:
    assert [signed(value) for value in (-2_500.0, 40.0, None)] == ["-2.5 µs", "40 ns", "–"]
