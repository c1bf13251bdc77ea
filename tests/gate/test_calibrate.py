# SPDX-License-Identifier: Apache-2.0
"""The calibration run: what it plans, keeps and tells."""

import contextlib
import dataclasses
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from tickring_gate import calibrate, calibration, planted
from tickring_gate.blocks import ARMS, CANDIDATE
from tickring_gate.builds import LINKS_PER_ARM
from tickring_gate.calibrate import PLANTS, main, rate_text, summary, wanted
from tickring_gate.decision import Block, smallest_effect
from tickring_gate.endpoints import Workload
from tickring_gate.errors import Broken
from tickring_gate.planted import LINKS, Plant, PlantedBuild, PlantedGate
from tickring_gate.rates import noise, rates
from tickring_gate.stage import Measured

ENTRY = {"control": 0.01, "effect": 0.0, "smallest_effect": 0.04, "margin": 0.02}
ENTRY |= {"kept": 12, "dropped": 0, "base_median": 100.0}


def record(plant: Plant | None, verdict: str = "PASS") -> dict[str, Any]:
    told = None
    if plant:
        delay_ns = plant.effect * ENTRY["base_median"]
        told = {**dataclasses.asdict(plant), "steps": 9, "delay_ns": delay_ns}
    names = [plant.end_point] if plant else ["latency", "round-trip", "producer"]
    points = dict.fromkeys(names, ENTRY)
    return {"planted": told, "verdict": verdict, "elapsed_s": 100.0, "end_points": points}


def test_at_first_every_plant_and_the_equal_arms_are_wanted() -> None:
    found = Counter(wanted([], 20, 10, random.Random(1)))
    assert found == {None: 20, **dict.fromkeys(PLANTS, 10)}
    assert {plant.effect for plant in PLANTS} == {0.03, 0.05, 0.08, 0.10}


def test_what_is_there_is_not_wanted_again() -> None:
    records = [record(None)] * 19 + [record(PLANTS[0])] * 11
    found = Counter(wanted(records, 20, 10, random.Random(1)))
    assert found[None] == 1
    assert found[PLANTS[0]] == 0
    assert found[PLANTS[1]] == 10


def test_equal_arms_come_first_then_larger_plants_those_of_one_size_in_any_order() -> None:
    first, second = (wanted([], 3, 2, random.Random(seed)) for seed in (1, 2))
    assert first[:3] == second[:3] == [None] * 3
    effects = [plant.effect for plant in first[3:] if plant]
    assert effects == [effect for effect in (0.10, 0.08, 0.05, 0.03) for _ in range(6)]
    assert first != second


def test_rates_have_their_exact_intervals() -> None:
    plant = Plant("latency", 0.05)
    records = [record(None)] * 20 + [record(plant, "FAIL")] * 8 + [record(plant)] * 2
    equal, planted_rate = rates(records)
    assert rate_text(equal["fail"]).strip() == "0 (0% to 17%)"
    assert rate_text(planted_rate["fail"]).strip() == "8 (44% to 97%)"
    assert (planted_rate["end_point"], planted_rate["effect"]) == ("latency", 0.05)
    assert (equal["gates"], equal["pass"]["count"], equal["elapsed_median_s"]) == (20, 20, 100.0)


def with_base(gate: dict[str, Any], base_ns: float | None) -> dict[str, Any]:
    points = {name: {**entry, "base_median": base_ns} for name, entry in gate["end_points"].items()}
    return {**gate, "end_points": points}


def test_a_rate_tells_what_share_of_the_base_was_planted() -> None:
    plant = Plant("latency", 0.05)
    others = [with_base(record(plant), base_ns) for base_ns in (125.0, 125.0, None)]
    equal, planted_rate = rates([record(None), record(plant), *others])
    assert planted_rate["planted_share_median"] == pytest.approx(0.04)  # of 0.05, 0.04 and 0.04
    assert planted_rate["gates"] == 4
    assert equal["planted_share_median"] is None
    (unknown,) = rates(others[2:])
    assert unknown["planted_share_median"] is None


@pytest.mark.parametrize("base_ns", [60.0, 160.0])
def test_a_gate_whose_plant_was_of_another_share_counts_for_nothing(base_ns: float) -> None:
    plant = Plant("latency", 0.05)
    off = with_base(record(plant, "FAIL"), base_ns)
    (planted_rate,) = rates([record(plant), off])
    assert (planted_rate["gates"], planted_rate["fail"]["count"]) == (1, 0)
    assert Counter(wanted([off], 0, 1, random.Random(1)))[plant] == 1


def entry_of(control: float, smallest_effect: float) -> dict[str, Any]:
    return {"control": control, "smallest_effect": smallest_effect, "margin": 0.02}


def noise_of(entries: list[dict[str, Any]]) -> dict[str, Any]:
    (entry,) = noise([{**record(None), "end_points": {"latency": entry}} for entry in entries])
    return entry


def test_the_deviation_of_the_control_is_about_0_with_its_chi_square_interval() -> None:
    shift = noise_of([entry_of((-1) ** i * 0.02, 0.04) for i in range(10)])["shift_deviation"]
    assert shift["value"] == pytest.approx(0.02)
    # 10 x 0.02^2 over 20.483 and 3.247.
    assert shift["low"] == pytest.approx(0.02 * math.sqrt(10 / 20.483), rel=1e-4)
    assert shift["high"] == pytest.approx(0.02 * math.sqrt(10 / 3.247), rel=1e-4)


def test_medians_of_gates_have_the_interval_of_their_order_statistics() -> None:
    least = noise_of([entry_of(0.0, 0.03 + i / 1000) for i in range(20)])["smallest_effect"]
    assert least == pytest.approx({"value": 0.0395, "low": 0.035, "high": 0.044})
    few = noise_of([entry_of(0.0, 0.03)] * 5)["smallest_effect"]
    assert (few["value"], few["low"], few["high"]) == (0.03, None, None)


def test_the_deviation_of_blocks_is_what_the_smallest_effect_was_made_of() -> None:
    blocks = [Block(share, 0.0) for share in np.random.default_rng(1).normal(0, 0.02, 4000)]
    found = noise_of([entry_of(0.0, smallest_effect(blocks, 0.02))])
    assert found["block_deviation"]["value"] == pytest.approx(0.02, rel=0.05)


def test_equal_arms_alone_tell_of_noise() -> None:
    assert noise([record(Plant("latency", 0.05))]) == []


def test_the_summary_tells_rates_and_what_linking_does() -> None:
    records = [record(None)] * 2 + [record(Plant("latency", 0.05), "FAIL")]
    lines = summary(records)
    assert lines[1].split()[:4] == ["equal", "arms", "2", "0"]
    assert lines[2].split()[:4] == ["latency", "+5%", "1", "1"]
    assert any(line.startswith("latency: base and control apart by 1.00%") for line in lines)
    assert all(len(line) <= 80 for line in lines)


class FakeArms:
    """A commit takes half a nanosecond for each step; every other run has no figure, and two thirds
    of those with one are disturbed."""

    LEVEL_NS: ClassVar = {"latency": 300.0, "round-trip": 100.0, "producer": 700.0}

    def __init__(self, _commands: Any, environment: Any = None) -> None:  # noqa: ANN401
        self._delay_ns = {CANDIDATE: 0.5 * int((environment or {}).get(planted.STEPS, 0))}
        self._runs = 0

    def run(self, arm: str, workload: Workload, _block: int) -> Measured:
        self._runs += 1
        if self._runs % 2:
            return Measured(None, 0.0, "too busy")
        level_ns = self.LEVEL_NS[workload.name] + self._delay_ns.get(arm, 0.0)
        return Measured({workload.name: level_ns * (1 if self._runs % 3 == 0 else 2)}, 0.0, "")


def test_the_steps_of_a_plant_make_its_share_of_the_end_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planted, "Installations", FakeArms)
    build = PlantedBuild([], "c0ffee")
    build.measure(lambda _line: None)
    assert build.steps(Plant("latency", 0.10)) == 60
    assert build.steps(Plant("round-trip", 0.10)) == 10  # two commits
    assert build.steps(Plant("producer", 0.03)) == 42
    assert build.delay_ns(Plant("round-trip", 0.10), 10) == pytest.approx(10)


def test_a_machine_too_busy_for_any_figure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeArms, "run", lambda *_: Measured(None, 0.0, "too busy"))
    monkeypatch.setattr(planted, "Installations", FakeArms)
    with pytest.raises(Broken, match="producer had no figure in 11 runs"):
        PlantedBuild([], "c0ffee").measure(lambda _line: None)


def test_a_gate_draws_its_arms_from_the_links_and_no_link_for_both_stages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planted, "Installations", lambda commands, _environment: commands)
    build = PlantedBuild([Path(f"link-{i}") for i in range(LINKS)], "c0ffee")
    drawn = []
    for seed in (1, 1, 2):
        gate = PlantedGate(build, None, seed)
        first, second = gate.arms(1), gate.arms(2)
        assert set(first) == set(second) == set(ARMS)
        links = [link for arms in (first, second) for arm in ARMS for link in arms[arm]]
        assert len(links) == len(set(links)) == 2 * len(ARMS) * LINKS_PER_ARM
        drawn.append(first)
    assert drawn[0] == drawn[1] != drawn[2]


class FakeGate:
    """Every gate ends in a FAIL when something was planted."""

    def __init__(self, options: Any, compared: Any, _say: Any) -> None:  # noqa: ANN401
        self._compared, self._options = compared, options

    def run(self) -> None:
        pass

    def result(self) -> dict[str, Any]:
        stage = {**ENTRY, "state": "unchanged"}
        points = [workload.end_points[0].name for workload in self._compared.workloads]
        return {
            "verdict": "FAIL" if self._compared.steps else "PASS",
            "reason": "so it is",
            "blocks": [{"dropped": None}, {"dropped": "steal"}],
            "started_utc": "20260101T000000Z",
            "compared": {"candidate": "c0ffee"},
            "settings": {"elapsed_s": 1.0, "seed": self._options.seed},
            "end_points": [
                {"name": name, "margin": 0.02, "base_median": 1.0, "stages": [stage]}
                for name in points
            ],
        }


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    class FakeBuild:
        links = tuple(Path(f"link-{i}") for i in range(LINKS))

        def measure(self, _say: Any) -> None:  # noqa: ANN401
            pass

        def steps(self, _plant: Plant) -> int:
            return 7

        def delay_ns(self, plant: Plant, _steps: int) -> float:
            return plant.effect  # of the base of FakeGate

    @contextlib.contextmanager
    def fake_build(_seed: int, _say: Any) -> Iterator[FakeBuild]:  # noqa: ANN401
        yield FakeBuild()

    monkeypatch.setattr(calibrate, "planted_build", fake_build)
    monkeypatch.setattr(calibrate, "Gate", FakeGate)
    return tmp_path / "gate" / "calibration.json"


def run(path: Path, *words: str) -> int:
    return main(["--calibration", str(path), "--tickring", sys.executable, *words])


def test_gates_are_appended_until_all_are_there(path: Path) -> None:
    assert run(path, "--equal", "1", "--planted", "0") == 0
    assert run(path, "--equal", "3", "--planted", "1") == 0
    gates = json.loads(path.read_text())["gates"]
    assert len(gates) == 3 + len(PLANTS)
    content = json.loads(path.read_text())
    assert content["rates"] == rates(gates)
    assert content["noise"] == noise(gates)
    assert {gate["verdict"] for gate in gates if gate["planted"]} == {"FAIL"}
    assert {(gate["reason"], *gate["dropped"]) for gate in gates} == {("so it is", "steal")}
    assert len(calibration.read(path).records) == len(gates)


def test_a_file_of_another_decision_code_is_begun_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(path, "--equal", "2", "--planted", "0") == 0
    monkeypatch.setattr(calibration, "decision_hash", lambda: "f" * 64)
    assert run(path, "--equal", "1", "--planted", "0") == 0
    assert len(json.loads(path.read_text())["gates"]) == 1


def test_an_interrupt_keeps_every_gate_that_was_over(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = []

    def interrupted(self: FakeGate) -> None:
        runs.append(self)
        if len(runs) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(FakeGate, "run", interrupted)
    assert run(path, "--equal", "5", "--planted", "0") == 130
    assert len(json.loads(path.read_text())["gates"]) == 2
    assert "has every gate that was over" in capsys.readouterr().err


def test_a_damaged_file_is_not_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{")
    assert run(path, "--equal", "1", "--planted", "0") == 4
    assert path.read_text() == "{"
