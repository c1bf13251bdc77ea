# SPDX-License-Identifier: Apache-2.0
"""scripts/render_gate.py: from a calibration to the page."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "render_gate.py"


def rate(end_point: str | None, failed: int) -> dict[str, Any]:
    counts = {"pass": 10 - failed, "fail": failed, "inconclusive": 0}
    told = {key: {"count": count, "low": 0.1, "high": 0.5} for key, count in counts.items()}
    entry = {"end_point": end_point, "effect": 0.05, "gates": 10, **told, "elapsed_median_s": 99.6}
    return {**entry, "planted_share_median": 0.0512 if end_point == "latency" else None}


def calibration() -> dict[str, Any]:
    told = {"value": 0.0123, "low": 0.01, "high": 0.02}
    few = {"value": 0.04, "low": None, "high": None}
    entry = {"shift_deviation": told, "block_deviation": told, "smallest_effect": few}
    gates = [
        {
            "started_utc": f"202601{day:02}T000000Z",
            "cpu_model": "Made Up 9000",
            "planted": None,
            "verdict": "PASS",
        }
        for day in (3, 5)
    ]
    return {
        "decision_sha256": "f" * 64,
        "rates": [rate(None, 0), rate("latency", 9), rate("producer", 9)],
        "noise": [{"end_point": "latency", "gates": 10, **entry}],
        "gates": gates,
    }


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "calibration.json").write_text(json.dumps(calibration()))
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- calibration: begin -->\nold\n<!-- calibration: end -->\nafter\n")
    return page


def call(page: Path, *words: str) -> tuple[int, str]:
    files = ["--calibration", str(page.parent / "calibration.json"), "--page", str(page)]
    command = [sys.executable, str(SCRIPT), *files, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_rates_have_their_intervals_and_deviations_where_there_are_enough_gates(page: Path) -> None:
    assert call(page) == (0, "")
    text = page.read_text()
    assert "| equal arms | 10 | 10 (10 to 50 %) | 0 (10 to 50 %) | 0 (10 to 50 %) | 100 s |" in text
    assert "| `latency` +5 % (5.1 %) | 10 | 1 (10 to 50 %) | 9 (10 to 50 %) | 0 (" in text
    assert "| `producer` +5 % (–) |" in text  # no gate had a block to tell it by
    assert "| `latency` | 1.2 % (1.0 to 2.0) | 1.2 % (1.0 to 2.0) | 4.0 % |" in text
    assert "2 gates, 20260103 to 20260105; Made Up 9000." in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert call(page, "--check") == (0, "")


def test_gates_whose_plant_was_not_what_it_was_to_be_are_told(page: Path) -> None:
    content = calibration()
    planted = {"end_point": "latency", "effect": 0.05, "delay_ns": 5.0}
    content["gates"][0] |= {"planted": planted, "end_points": {"latency": {"base_median": 10.0}}}
    (page.parent / "calibration.json").write_text(json.dumps(content))
    assert call(page) == (0, "")
    assert "1 of them had another share planted than meant" in page.read_text()


def test_failed_gates_are_counted_for_each_kind_of_cpu(page: Path) -> None:
    content = calibration()
    other = content["gates"][0] | {"cpu_model": "Other 1"}
    planted = {"end_point": "latency", "effect": 0.05, "delay_ns": 0.5}
    points = {"latency": {"base_median": 10.0}}
    found = other | {"planted": planted, "end_points": points, "verdict": "FAIL"}
    missed = found | {"verdict": "INCONCLUSIVE"}
    not_as_meant = found | {"planted": planted | {"delay_ns": 5.0}}
    content["gates"] += [other, found, found, missed, not_as_meant]
    (page.parent / "calibration.json").write_text(json.dumps(content))
    assert call(page) == (0, "")
    text = page.read_text()
    assert "| FAIL, by kind of CPU | equal arms | +5 % |" in text
    assert "| Made Up 9000 | 0 of 2 | – |" in text
    assert "| Other 1 | 0 of 1 | 2 of 3 |" in text


def test_gates_of_another_decision_are_told_as_such(page: Path) -> None:
    call(page)
    assert "They belong to an earlier version of the decision." in page.read_text()


def test_a_page_that_is_behind_is_found_and_left_alone(page: Path) -> None:
    status, errors = call(page, "--check")
    assert (status, "is not what" in errors) == (1, True)
    assert "old" in page.read_text()


@pytest.mark.parametrize("name", ["calibration.json", "page.md"])
def test_a_missing_file_is_named(page: Path, name: str) -> None:
    (page.parent / name).unlink()
    status, errors = call(page)
    assert (status, name in errors) == (2, True)
