# SPDX-License-Identifier: Apache-2.0
"""The calibration file, and the bounds that follow from it."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tickring_gate import blocks, calibration, decision, disturbance, endpoints, stage
from tickring_gate.calibration import LEAST_GATES, LEAST_MARGIN, STARTING, decision_hash, read
from tickring_gate.errors import Broken

PLANT = {"end_point": "latency", "effect": 0.05, "delay_ns": 5.0}


def record(
    control: float, planted: dict[str, Any] | None = None, base_ns: float | None = 100.0
) -> dict[str, Any]:
    points = {"latency": {"control": control, "base_median": base_ns}}
    return {"planted": planted, "verdict": "PASS", "end_points": points}


def content(gates: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    return {"schema_version": 1, "decision_sha256": decision_hash(), "gates": gates, **more}


def written(folder: Path, what: object) -> Path:
    path = folder / "calibration.json"
    path.write_text(what if isinstance(what, str) else json.dumps(what))
    return path


def test_without_a_file_the_starting_margins_are_used(tmp_path: Path) -> None:
    found = read(tmp_path / "none.json")
    assert found.bounds("latency") == STARTING["latency"]
    assert "there is no" in found.source


def test_the_margin_is_the_deviation_between_builds_of_one_source(tmp_path: Path) -> None:
    gates = [record(0.03 * (-1) ** i) for i in range(LEAST_GATES)]
    found = read(written(tmp_path, content(gates)))
    assert found.bounds("latency").margin == pytest.approx(0.03)
    assert found.bounds("latency").limit == STARTING["latency"].limit
    assert found.bounds("round-trip") == STARTING["round-trip"]
    assert f"{LEAST_GATES} gates of equal arms" in found.source


def test_a_margin_is_never_below_the_least(tmp_path: Path) -> None:
    gates = [record(0.0001)] * LEAST_GATES
    assert read(written(tmp_path, content(gates))).bounds("latency").margin == LEAST_MARGIN


def test_planted_effects_say_nothing_of_the_margin(tmp_path: Path) -> None:
    gates = [record(0.03)] * (LEAST_GATES - 1) + [record(0.9, PLANT)]
    found = read(written(tmp_path, content(gates)))
    assert found.bounds("latency") == STARTING["latency"]
    assert f"{LEAST_GATES} needed" in found.source


@pytest.mark.parametrize(("alike", "told"), [(LEAST_GATES, False), (3, True), (0, True)])
def test_margins_of_another_kind_of_cpu_are_used_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alike: int, told: bool
) -> None:
    monkeypatch.setattr(calibration, "cpu_model", lambda: "This One")
    models = ["This One"] * alike + ["Other"] * (LEAST_GATES - alike)
    gates = [record(0.03) | {"cpu_model": model} for model in models]
    found = read(written(tmp_path, content(gates)))
    assert found.bounds("latency").margin == pytest.approx(0.03)
    assert (f", {alike} of them on this kind of CPU (This One)" in found.source) is told


def test_a_calibration_of_another_decision_code_is_not_used(tmp_path: Path) -> None:
    gates = [record(0.03)] * LEAST_GATES
    found = read(written(tmp_path, content(gates, decision_sha256="0" * 64)))
    assert found.bounds("latency") == STARTING["latency"]
    assert "another decision code" in found.source


@pytest.mark.parametrize(
    "what",
    [
        "",
        "{",
        "[]",
        "3",
        {},
        content([], schema_version=2),
        content([{}]),
        content([record(0.0, {**PLANT, "effect": "much"})]),
        content([record(0.0, {"end_point": "latency", "effect": 0.05})]),
        content([record(0.0, {**PLANT, "end_point": "none"})]),
        content([record(0.0, PLANT, base_ns=0.0)]),
        content([{"planted": None, "verdict": "PASS", "end_points": {"latency": {}}}]),
        content([record(99.0)]),
        content([record("no")]),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, what: object) -> None:
    with pytest.raises(Broken, match=r"calibration\.json is damaged .*; get it back with git"):
        read(written(tmp_path, what))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cannot be read"):
        read(tmp_path)


def test_the_hash_is_of_the_code_that_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decision_hash()
    changed = tmp_path / "decision.py"
    changed.write_text("changed")
    monkeypatch.setattr(calibration.decision, "__file__", str(changed))
    assert decision_hash() != before


@pytest.mark.parametrize("module", [blocks, decision, disturbance, endpoints, stage])
def test_the_decision_code_is_all_that_measures_and_decides(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decision_hash()
    changed = tmp_path / "changed.py"
    changed.write_text(Path(module.__file__).read_text() + "# changed\n")
    monkeypatch.setattr(module, "__file__", str(changed))
    assert decision_hash() != before
