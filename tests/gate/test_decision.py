# SPDX-License-Identifier: Apache-2.0
"""The rules of the decision, each by itself."""

import itertools
import math
from collections.abc import Iterable

import pytest
from tickring_gate.decision import (
    ALPHA,
    BEYOND_AT,
    FAMILY_ALPHA,
    LOOKS,
    MOST_END_POINTS,
    NEEDED_SHARE,
    POWER,
    Block,
    Bounds,
    Finding,
    Outcome,
    State,
    assess,
    conclude,
    power,
    regressions,
    tail,
)

BOUNDS = Bounds(margin=0.02, limit=0.05)
MARGIN = math.log1p(0.02)
QUIET = 0.001


def blocks(
    slower: int, equal: int, faster: int = 0, control: float = 0.0, effect: float = 0.04
) -> list[Block | None]:
    """Equal ones are spread a little, so that there is a spread."""
    kept = [Block(math.log1p(effect), control)] * slower
    kept += [Block(QUIET * (-1) ** i, control) for i in range(equal)]
    kept += [Block(-math.log1p(effect), control)] * faster
    return list(kept)


def counted(outcomes: Iterable[tuple[int, ...]]) -> int:
    """How many rows of blocks, each beyond (1) or not, end in a rejection."""
    return sum(
        any(sum(row[:n]) >= at for n, at in zip((2, 4), (2, 3), strict=True)) for row in outcomes
    )


def test_the_error_that_is_spent_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickring_gate.decision.LOOKS", (2, 4))
    monkeypatch.setattr("tickring_gate.decision.BEYOND_AT", (2, 3))
    every = counted(itertools.product((0, 1), repeat=4))
    assert tail(1, 3) == pytest.approx(every / 16)


def test_three_looks_at_three_end_points_err_no_more_often_than_a_family_may() -> None:
    assert 0 < ALPHA * MOST_END_POINTS <= FAMILY_ALPHA
    assert tail(0, BEYOND_AT[0]) < tail(1, BEYOND_AT[1]) < ALPHA


def test_the_share_of_blocks_that_is_needed_gives_the_power_that_is_stated() -> None:
    assert power(NEEDED_SHARE) == pytest.approx(POWER)
    assert power(0.5) < ALPHA < power(0.6)


def test_a_p_value_at_a_look_grows_as_fewer_blocks_lie_beyond() -> None:
    values = [tail(2, count) for count in range(LOOKS[2], -1, -1)]
    assert values == sorted(values)
    assert values[-1] == pytest.approx(1.0)


def mixed(slower: int, of: int) -> list[Block | None]:
    """Slower ones spread over all."""
    marks = [(i + 1) * slower // of - i * slower // of for i in range(of)]
    slow = Block(math.log1p(0.04), 0.0)
    return [slow if mark else Block(QUIET * (-1) ** i, 0.0) for i, mark in enumerate(marks)]


def test_a_regression_that_no_early_look_is_sure_of_is_found_at_the_last() -> None:
    found = assess(mixed(BEYOND_AT[2], LOOKS[2]), BOUNDS)
    assert (found.state, found.kept) == (State.REGRESSED, LOOKS[2])
    assert found.p_value == pytest.approx(tail(2, BEYOND_AT[2]))
    assert found.low > BOUNDS.margin > 0


def test_one_block_fewer_is_none() -> None:
    found = assess(mixed(BEYOND_AT[2] - 1, LOOKS[2]), BOUNDS)
    assert found.state is not State.REGRESSED
    assert found.low < BOUNDS.margin


def test_a_clean_change_ends_the_looking_at_the_first_look() -> None:
    found = assess(blocks(0, LOOKS[2]), BOUNDS)
    assert (found.state, found.kept) == (State.UNCHANGED, LOOKS[0])
    assert found.low <= found.effect <= found.high
    assert BOUNDS.margin < found.smallest_effect <= BOUNDS.limit


def test_a_ratio_on_the_margin_is_not_beyond_it() -> None:
    found = assess([Block(MARGIN, 0.0)] * LOOKS[2], BOUNDS)
    assert (found.state, found.beyond) == (State.UNCHANGED, 0)


def test_an_improvement_is_found_as_a_regression_is() -> None:
    found = assess(blocks(0, 0, faster=LOOKS[0]), BOUNDS)
    assert (found.state, found.kept) == (State.IMPROVED, LOOKS[0])
    assert found.high < 0


@pytest.mark.parametrize("shift", [0.03, -0.03])
def test_builds_of_the_base_that_differ_leave_all_open_to_doubt(shift: float) -> None:
    found = assess(blocks(LOOKS[0], 0, control=shift), BOUNDS)
    assert (found.state, found.kept) == (State.UNCERTAIN, LOOKS[0])
    assert "two builds of the base differ" in found.reason
    assert found.control == pytest.approx(math.expm1(shift))


def test_noise_in_which_the_limit_would_go_under_makes_a_pass_impossible() -> None:
    loud = [Block(0.06 * (-1) ** i, 0.0) for i in range(LOOKS[2])]
    found = assess(loud, Bounds(margin=0.07, limit=0.08))
    assert (found.state, found.kept) == (State.UNCERTAIN, LOOKS[2])
    assert found.smallest_effect > 0.08
    assert assess(loud, Bounds(margin=0.07, limit=0.2)).state is State.UNCHANGED


def test_a_look_with_too_many_dropped_blocks_decides_nothing() -> None:
    few = LOOKS[0] // 3
    clean = blocks(0, LOOKS[2])
    assert assess([None] * few + clean, BOUNDS).kept == LOOKS[0]
    assert assess([None] * (few + 1) + clean, BOUNDS).kept == LOOKS[1]


def test_dropped_blocks_beyond_any_look_end_it_at_once() -> None:
    most = LOOKS[2] // 3
    assert assess([None] * most, BOUNDS).state is State.OPEN
    found = assess([None] * (most + 1), BOUNDS)
    assert (found.state, found.effect, found.low) == (State.UNCERTAIN, None, None)


def test_blocks_that_end_before_a_decision_decide_nothing() -> None:
    begun = blocks(0, LOOKS[0] - 1)
    assert assess(begun, BOUNDS).state is State.OPEN
    assert assess(begun, BOUNDS, is_over=True).state is State.UNCERTAIN


def finding(state: State, p_value: float = 1.0) -> Finding:
    return Finding(state, "so", 12, 0, 0, p_value, 0.05, 0.0, 0.1, 0.0, 0.04)


CLEAN, SLOW = finding(State.UNCHANGED), finding(State.REGRESSED, 0.001)
FAST, UNSURE = finding(State.IMPROVED), finding(State.UNCERTAIN)


@pytest.mark.parametrize(
    ("first", "second", "outcome", "words"),
    [
        ({"a": CLEAN}, None, Outcome.PASS, "no end point is slower"),
        ({"a": CLEAN, "b": FAST}, None, Outcome.PASS, "faster: b +5.0%"),
        ({"a": CLEAN, "b": UNSURE}, None, Outcome.INCONCLUSIVE, "b: so"),
        ({"a": SLOW}, None, Outcome.INCONCLUSIVE, "was not looked for again"),
        ({"a": SLOW}, {"a": CLEAN}, Outcome.INCONCLUSIVE, "was not found again"),
        ({"a": SLOW}, {"a": UNSURE}, Outcome.INCONCLUSIVE, "was not found again"),
        ({"a": SLOW}, {"a": SLOW}, Outcome.FAIL, "a +5.0%"),
        ({"a": SLOW, "b": UNSURE}, {"a": SLOW}, Outcome.FAIL, "a +5.0%"),
        ({"a": SLOW, "b": SLOW}, {"a": CLEAN, "b": SLOW}, Outcome.FAIL, "b +5.0%"),
    ],
)
def test_only_what_both_stages_find_is_a_fail_and_doubt_is_never_a_pass(
    first: dict[str, Finding], second: dict[str, Finding] | None, outcome: Outcome, words: str
) -> None:
    verdict = conclude(first, second)
    assert verdict.outcome is outcome
    assert words in verdict.reason


def test_the_largest_p_value_is_measured_against_the_whole_error_only_after_the_others() -> None:
    sure, weak = finding(State.REGRESSED, 0.001), finding(State.UNCHANGED, 0.02)
    assert regressions({"a": weak, "b": CLEAN, "c": CLEAN}) == []
    assert regressions({"a": weak, "b": sure, "c": sure}) == ["b", "c", "a"]


def test_an_end_point_in_doubt_is_no_regression_whatever_its_p_value() -> None:
    assert regressions({"a": finding(State.UNCERTAIN, 0.0001)}) == []
