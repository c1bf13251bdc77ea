# SPDX-License-Identifier: Apache-2.0
"""Stages over arms that only pretend to run."""

import dataclasses
import math
import random
import time
from collections.abc import Callable, Mapping

import pytest
from tickring_gate import disturbance
from tickring_gate.blocks import ARMS, CANDIDATE, SLICES_PER_ARM
from tickring_gate.decision import LOOKS, Bounds, State
from tickring_gate.endpoints import EndPoint, Workload
from tickring_gate.errors import Broken
from tickring_gate.stage import MOST_TIMES, REMEMBERED_PROBES, Measured, Stage

SLICES = SLICES_PER_ARM * len(ARMS)  # of a block
MOST_RETAKEN = (MOST_TIMES - 1) * SLICES
BOUNDS = Bounds(margin=0.02, limit=0.05)
FAST = Workload("fast", (EndPoint("a", "A"),), (), lambda *_: {})
SLOW = Workload("slow", (EndPoint("b", "B"),), (), lambda *_: {})
LATER_S = math.inf


class FakeArms:
    """Answers with 100 ns, the candidate with more; `broken` says which slices break."""

    def __init__(
        self,
        factors: Mapping[str, float],
        broken: Callable[[int], bool] = lambda _: False,
        switches_per_s: Callable[[int], float] = lambda _: 0.0,
        probe_ns: Callable[[int], float | None] = lambda _: 120.0,
    ) -> None:
        self.calls: list[tuple[str, str]] = []
        self.blocks: list[int] = []  # of each call
        self._factors, self._broken, self._switches = factors, broken, switches_per_s
        self._probe_ns = probe_ns
        self._generator = random.Random(7)

    def run(self, arm: str, workload: Workload, block: int) -> Measured:
        number = len(self.calls)
        self.calls.append((workload.name, arm))
        self.blocks.append(block)
        if self._broken(number):
            return Measured(None, 0.0, "it died")
        name = workload.end_points[0].name
        factor = self._factors.get(name, 1.0) if arm == CANDIDATE else 1.0
        value = 100.0 * factor * self._generator.gauss(1, 0.003)
        probes_ns = (self._probe_ns(2 * number), self._probe_ns(2 * number + 1))
        return Measured({name: value, "p99_ns": 5.0}, self._switches(number), "", probes_ns)


@pytest.fixture(autouse=True)
def nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = {"steal_share": 0.0, "pressure_share": 0.0}
    monkeypatch.setattr(disturbance, "shares", lambda *_: quiet)


def stage(arms: FakeArms) -> Stage:
    bounds = {"a": BOUNDS, "b": BOUNDS}
    return Stage(1, arms, bounds, 3, lambda _: None)


def test_each_end_point_gets_its_own_finding() -> None:
    arms = FakeArms({"b": 1.1})
    found = stage(arms).run((FAST, SLOW), LATER_S)
    assert found["a"].state is State.UNCHANGED
    assert found["b"].state is State.REGRESSED
    assert found["b"].effect == pytest.approx(0.1, abs=0.01)


def test_a_workload_that_is_decided_is_not_run_again() -> None:
    # At 1.022 most blocks lie beyond the margin: the looking goes on.
    arms = FakeArms({"b": 1.022})
    begun = stage(arms)
    begun.run((FAST, SLOW), LATER_S)
    counts = {name: sum(run == name for run, _ in arms.calls) for name in ("fast", "slow")}
    assert counts["fast"] == LOOKS[0] * SLICES < counts["slow"]


def test_an_arm_is_told_which_block_a_slice_is_of() -> None:
    arms = FakeArms({})
    stage(arms).run((FAST, SLOW), LATER_S)
    named = zip(arms.blocks, arms.calls, strict=True)
    own = [block for block, (name, _) in named if name == "fast"]
    assert own == [block for block in range(LOOKS[0]) for _ in range(SLICES)]


def test_a_slice_during_which_the_cpus_were_elsewhere_is_taken_again() -> None:
    arms = FakeArms({}, probe_ns=lambda i: 500.0 if i in (20, 23, 60) else 120.0)
    begun = stage(arms)
    begun.run((FAST,), LATER_S)
    assert [block["dropped"] for block in begun.blocks] == [None] * LOOKS[0]
    assert len(begun.slices) == LOOKS[0] * SLICES + 3
    retaken = [kept for kept in begun.slices if kept["is_retaken"]]
    probes = [(kept["probe_before_ns"], kept["probe_after_ns"]) for kept in retaken]
    assert probes == [(500.0, 120.0), (120.0, 500.0), (500.0, 120.0)]
    assert [arms.calls[i] for i in (10, 11, 12)] == [arms.calls[10]] * 3


def test_what_was_taken_again_counts_for_nothing() -> None:
    arms = FakeArms({"a": 1.0}, probe_ns=lambda i: 500.0 if i % 10 == 9 else 120.0)
    measured = arms.run

    def slow_elsewhere(arm: str, workload: Workload, block: int) -> Measured:
        found = measured(arm, workload, block)
        factor = 9.0 if found.probes_ns[1] == 500.0 and arm == CANDIDATE else 1.0
        return dataclasses.replace(found, figures={"a": found.figures["a"] * factor})

    arms.run = slow_elsewhere
    begun = stage(arms)
    assert begun.run((FAST,), LATER_S)["a"].effect == pytest.approx(0, abs=0.01)
    assert max(kept["figures"]["a"] for kept in begun.slices) > 800


def test_a_block_between_two_regimes_is_dropped_whole_when_there_were_too_many() -> None:
    moving = range(4 * SLICES, 5 * SLICES + MOST_RETAKEN)

    def probe_ns(i: int) -> float:
        """Three of four slices end elsewhere for a while, most probes are as they were."""
        return 500.0 if i // 2 in moving and i % 2 == 1 and i // 2 % 4 != 3 else 120.0

    begun = stage(FakeArms({}, probe_ns=probe_ns))
    begun.run((FAST,), LATER_S)
    dropped = [block["dropped"] for block in begun.blocks]
    assert dropped == [*[None] * 4, "the placement changed", *[None] * (LOOKS[0] - 4)]
    assert sum(kept["is_retaken"] for kept in begun.slices) == MOST_RETAKEN


def test_cpus_that_stay_elsewhere_are_where_they_usually_are_after_a_while() -> None:
    begun = stage(FakeArms({}, probe_ns=lambda i: 500.0 if i >= 2 * SLICES else 120.0))
    begun.run((FAST,), LATER_S)
    at_first, later = begun.slices[:REMEMBERED_PROBES], begun.slices[REMEMBERED_PROBES:]
    assert any(kept["is_retaken"] for kept in at_first)
    assert later
    assert not any(kept["is_retaken"] for kept in later)


def test_a_probe_that_fails_drops_its_block() -> None:
    begun = stage(FakeArms({}, probe_ns=lambda i: None if i == 7 else 120.0))
    begun.run((FAST,), LATER_S)
    dropped = [block["dropped"] for block in begun.blocks]
    assert dropped == ["a probe of the placement failed", *[None] * LOOKS[0]]


def test_where_nothing_can_be_probed_blocks_are_kept() -> None:
    begun = stage(FakeArms({}, probe_ns=lambda _: None))
    begun.run((FAST,), LATER_S)
    assert [block["dropped"] for block in begun.blocks] == [None] * LOOKS[0]


def test_a_disturbed_slice_drops_its_block_whatever_arm_it_was() -> None:
    too_many = disturbance.MOST_SWITCHES_PER_S + 1
    for disturbed in range(SLICES):
        arms = FakeArms({}, switches_per_s=lambda i, at=disturbed: too_many if i == at else 0.0)
        begun = stage(arms)
        begun.run((FAST,), LATER_S)
        reasons = [block["dropped"] for block in begun.blocks]
        assert "involuntary switches" in reasons[0]
        assert reasons[1:] == [None] * LOOKS[0]


def test_a_run_that_broke_drops_its_block_with_the_reason() -> None:
    begun = stage(FakeArms({}, broken=lambda i: i == 4))
    assert begun.run((FAST,), LATER_S)["a"].dropped == 1
    assert begun.blocks[0]["dropped"] == "a run broke: it died"


def test_a_slice_without_its_figure_drops_its_block() -> None:
    arms = FakeArms({})
    measured = arms.run

    def first_has_none(arm: str, workload: Workload, block: int) -> Measured:
        found = measured(arm, workload, block)
        is_first = len(arms.calls) == 1
        return dataclasses.replace(found, figures={"p99_ns": 5.0}) if is_first else found

    arms.run = first_has_none
    begun = stage(arms)
    assert begun.run((FAST,), LATER_S)["a"].dropped == 1
    assert begun.blocks[0]["dropped"] == "a run has no figure, or did not hold its rate"


def test_a_block_tells_its_ratios_of_each_judged_end_point() -> None:
    both = Workload("both", (EndPoint("a", "A"), EndPoint("b", "B")), (), lambda *_: {})
    level = {"base": 100.0, "control": 121.0, "candidate": 121.0}
    arms = FakeArms({}, probe_ns=lambda i: 500.0 if i == 20 else 120.0)
    measured = arms.run

    def exact(arm: str, workload: Workload, block: int) -> Measured:
        found = measured(arm, workload, block)
        elsewhere = found.probes_ns[0] == 500.0
        figures = {"a": 1.0 if elsewhere else level[arm], "b": 7.0, "p99_ns": 5.0}
        return dataclasses.replace(found, figures=figures)

    arms.run = exact
    begun = stage(arms)
    begun.run((both,), LATER_S)
    ratios = begun.blocks[0]["ratios"]
    # The candidate beside the geometric mean of base and control, the control beside the base;
    # what was taken again plays no part.
    assert ratios["a"] == pytest.approx({"candidate": 121 / math.sqrt(121 * 100), "control": 1.21})
    assert ratios["b"] == pytest.approx({"candidate": 1.0, "control": 1.0})
    only_a = Stage(2, arms, {"a": BOUNDS}, 3, lambda _: None)
    only_a.run((both,), LATER_S)
    assert set(only_a.blocks[0]["ratios"]) == {"a"}


def test_a_dropped_block_has_no_ratios() -> None:
    begun = stage(FakeArms({}, broken=lambda i: i == 4))
    begun.run((FAST,), LATER_S)
    assert begun.blocks[0]["ratios"] is None
    assert set(begun.blocks[1]["ratios"]) == {"a"}


def test_a_workload_that_never_runs_ends_the_gate_with_its_reason() -> None:
    arms = FakeArms({}, broken=lambda _: True)
    with pytest.raises(Broken, match="fast does not run to its end here: it died"):
        stage(arms).run((FAST,), LATER_S)
    assert len(arms.calls) == 3 * SLICES


def test_one_that_runs_now_and_then_does_not_end_the_gate() -> None:
    begun = stage(FakeArms({}, broken=lambda i: i // SLICES % 3 < 2))
    begun.run((FAST,), LATER_S)
    assert len(begun.blocks) > 3


def test_too_many_dropped_blocks_end_the_looking_without_a_decision() -> None:
    begun = stage(FakeArms({}, probe_ns=lambda i: 500.0 if i % 4 < 2 else 120.0))
    finding = begun.run((FAST,), LATER_S)["a"]
    assert finding.state is State.UNCERTAIN
    assert finding.dropped == LOOKS[2] // 3 + 1


def test_a_budget_that_is_over_leaves_what_is_open_undecided() -> None:
    begun = stage(FakeArms({}))
    assert begun.run((FAST,), time.monotonic() - 1)["a"].state is State.UNCERTAIN
    assert begun.slices == []


def test_the_orders_follow_from_the_seed_and_are_others_in_the_second_stage() -> None:
    runs = []
    for number in (1, 1, 2):
        arms = FakeArms({})
        begun = Stage(number, arms, {"a": BOUNDS}, 5, lambda _: None)
        begun.run((FAST,), LATER_S)
        runs.append(arms.calls)
    assert runs[0] == runs[1] != runs[2]


@pytest.mark.parametrize(
    ("steal", "pressure", "switches_per_s", "word"),
    [
        (0.0, 0.0, 0.0, None),
        (None, None, 0.0, None),
        (disturbance.MOST_STEAL * 1.01, 0.0, 0.0, "steal"),
        (0.0, disturbance.MOST_PRESSURE * 1.01, 0.0, "pressure"),
        (0.0, 0.0, disturbance.MOST_SWITCHES_PER_S * 1.01, "switches"),
    ],
)
def test_each_kind_of_disturbance_has_a_bound(
    steal: float | None, pressure: float | None, switches_per_s: float, word: str | None
) -> None:
    shares = {"steal_share": steal, "pressure_share": pressure}
    why = disturbance.why_disturbed(shares, switches_per_s)
    assert (why is None) if word is None else (word in (why or ""))


def test_shares_are_of_the_time_between_two_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    before = disturbance.Reading(10.0, 1.0, 5.0)
    after = disturbance.Reading(14.0, 1.8, 6.0)
    assert disturbance.shares(before, after) == {"steal_share": 0.1, "pressure_share": 0.25}
    blind = disturbance.Reading(10.0, None, None)
    assert set(disturbance.shares(blind, after).values()) == {None}


def test_the_counters_of_this_machine_only_rise() -> None:
    first, second = disturbance.read(), disturbance.read()
    assert second.at_s >= first.at_s
    for key in ("steal_s", "pressure_s"):
        if getattr(first, key) is not None:
            assert getattr(second, key) >= getattr(first, key) >= 0
