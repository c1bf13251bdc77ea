# SPDX-License-Identifier: Apache-2.0
import pytest
from tickring_series.breakdown.slices import make
from tickring_series.breakdown.summary import PARTS, differences, of_scenario, trimmed_mean
from tickring_series.breakdown.table import signed
from tickring_series.running import Outcome
from tickring_series.slices import Slice

STATED_NS = 300.0


def kept(block: int, steady_ns: float, *, instrumented: bool, regime: str | None = "A") -> Slice:
    found: Slice = {"block": block, "instrumented": instrumented, "outcome": "measured"}
    found |= {"steady_mean_ns": steady_ns, "regime": regime}
    if instrumented:
        found |= {"parts_ns": dict.fromkeys(PARTS, steady_ns / 4), "sum_error_fraction": 0.0}
        found |= {"stated_cost_ns": STATED_NS}
    return found


def block_of(number: int, plain_ns: float, added_ns: float) -> list[Slice]:
    order = [False, True, True, False]
    return [kept(number, plain_ns + added_ns * kind, instrumented=kind) for kind in order]


def test_the_trimmed_mean_leaves_out_a_fifth_at_either_end() -> None:
    assert trimmed_mean([1, 2, 3, 4, 1000]) == 3
    assert trimmed_mean([1, 2, 3, 1000]) == 251.5


def test_each_block_compares_its_own_runs() -> None:
    slices = [*block_of(0, 9_000, 300), *block_of(1, 12_000, 400)]
    assert differences(slices) == [300, 400]


@pytest.mark.parametrize("regime", [None, "B"])
def test_a_block_that_saw_two_regimes_is_left_out(regime: str | None) -> None:
    slices = [*block_of(0, 9_000, 300), *block_of(1, 9_000, 300)]
    slices[0]["regime"] = regime
    assert differences(slices) == [300]


def test_a_block_that_lacks_a_run_is_left_out() -> None:
    slices = block_of(0, 9_000, 300)
    slices[1] = {"block": 0, "instrumented": True, "outcome": "aborted", "regime": "A"}
    assert differences(slices) == []


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
    row = of_scenario("seed", block_of(0, plain_ns, added_ns))
    assert row["added_ns"] == pytest.approx(added_ns)
    assert row["stated_ns"] == STATED_NS
    assert row["agrees"] is agrees


def test_a_cost_that_is_stated_twice_does_not_agree() -> None:
    slices = block_of(0, 9_000, STATED_NS)
    for one in slices:
        if one["instrumented"]:
            one["stated_cost_ns"] *= 2
    assert of_scenario("seed", slices)["agrees"] is False


def test_without_a_whole_block_nothing_is_judged() -> None:
    row = of_scenario("seed", [])
    assert row["agrees"] is None
    assert row["agrees_reason"] == "no block was measured whole and in one regime"


def test_a_run_keeps_its_steady_mean_and_its_parts() -> None:
    parts = {part: {"mean": 5.0} for part in PARTS}
    result = {
        "status": "complete",
        "windows": {"steady_mean_ns": 20.0},
        "breakdown_ns": parts
        | {"sum_error_fraction": 1e-9, "instruments": {"stated_cost_ns": STATED_NS}},
    }
    found = make("seed", 3, True, Outcome(0, result, ""))
    assert (found["outcome"], found["block"], found["steady_mean_ns"]) == ("measured", 3, 20.0)
    assert found["parts_ns"] == dict.fromkeys(PARTS, 5.0)
    assert "parts_ns" not in make("seed", 3, False, Outcome(0, result, ""))


def test_a_run_that_broke_or_was_not_traced_says_why() -> None:
    assert make("seed", 0, False, Outcome(4, None, "it died"))["reason"] == "it died"
    result = {"status": "complete", "windows": {"steady_mean_ns": 20.0}, "breakdown_ns": None}
    result["breakdown_ns_reason"] = "no trace"
    assert make("seed", 0, True, Outcome(0, result, ""))["reason"] == "no trace"


def test_a_difference_below_zero_keeps_its_unit() -> None:
    assert [signed(value) for value in (-2_500.0, 40.0, None)] == ["-2.5 µs", "40 ns", "–"]
