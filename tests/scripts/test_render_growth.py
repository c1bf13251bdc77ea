# SPDX-License-Identifier: Apache-2.0
"""scripts/render_growth.py: from a sweep of the counts to the page."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "render_growth.py"


def point(value: int, mean_ns: float) -> dict[str, Any]:
    told = {"value": value, "slices_in_main_regime": 7, "trimmed_mean_ns_per_message": mean_ns}
    told |= {"ns_per_message": {"median": mean_ns + 1}}
    return told | {"messages_sent": 4000, "backpressure_count": 500}


def sweep(name: str = "count") -> dict[str, Any]:
    points = [point(100_000, 50.04), point(1_000_000, 54.96)]
    axis = {"name": name, "points": points, "flatness": {"ratio": 1.0983}}
    return {"axes": [axis], "project": {"commit": "abc1234"}, "started_utc": "20260105T000000Z"}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "count.json").write_text(json.dumps(sweep()))
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- growth: begin -->\nold\n<!-- growth: end -->\nafter\n")
    return page


def call(page: Path, *words: str) -> tuple[int, str]:
    files = ["--growth", str(page.parent / "count.json"), "--page", str(page)]
    command = [sys.executable, str(SCRIPT), *files, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_each_count_has_its_cost_and_the_page_the_ratio(page: Path) -> None:
    assert call(page) == (0, "")
    text = page.read_text()
    assert "| 100,000 | 7 | 50.0 | 51.0 | 125 |\n| 1,000,000 | 7 | 55.0 | 56.0 | 125 |\n" in text
    assert "Largest over smallest: 1.098. abc1234, 20260105." in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert call(page, "--check") == (0, "")


def test_a_page_that_is_behind_is_found(page: Path) -> None:
    status, words = call(page, "--check")
    assert status == 1
    assert "is not what" in words
    assert "old" in page.read_text()


def test_a_sweep_without_counts_is_refused(page: Path) -> None:
    (page.parent / "count.json").write_text(json.dumps(sweep("payload")))
    assert call(page) == (2, "render_growth: the sweep has no two counts\n")
