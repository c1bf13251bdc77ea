# SPDX-License-Identifier: Apache-2.0
"""scripts/render_designs.py: the page shows the medians of the kept measurement, and no machine."""

import json
import sys
from pathlib import Path

import pytest

from scripts import render_designs

KINDS = ("round_trip", "stream_of_1", "stream_of_32")


def row(kind: str, design: str, time_ns: float, index: int) -> dict:
    return {
        "run_name": f"{kind}/{design}/real_time",
        "run_type": "iteration",
        "repetitions": 3,
        "repetition_index": index,
        "real_time": time_ns,
    }


def measurement(context: dict | None = None) -> dict:
    rows = [
        row(kind, design, times[index], index)
        for kind in KINDS
        for design, times in (("any", [50, 60, 10]), ("as tickring", [100, 90, 400]))
        for index in range(3)
    ]
    rows.append({**row("round_trip", "any", 1e9, 0), "run_type": "aggregate"})
    return {"context": context or {}, "benchmarks": rows}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "page.md"
    begin, end = render_designs.marked_pages.markers("designs")
    made.write_text(f"before\n{begin}old\n{end}\nafter\n")
    monkeypatch.setattr(render_designs, "PAGE", made)
    monkeypatch.setattr(render_designs, "KEPT", tmp_path / "kept" / "designs.json")
    return made


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["render_designs.py", *arguments])
    return render_designs.main()


def test_the_page_shows_medians_and_their_ratio(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "designs.json"
    source.write_text(json.dumps(measurement()))
    assert call(monkeypatch, "--keep", str(source)) == 0
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    ours = "| as tickring" + " | 100.0 [90.0, 400.0]" * 3 + " |\n"
    assert ours + "| any" + " | 50.0 [10.0, 60.0], 0.50" * 3 + " |\n" in text
    assert "Medians of 3 repetitions" in text
    assert call(monkeypatch, "--check") == 0


def test_a_page_that_says_something_else_is_found_and_left_alone(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "designs.json"
    source.write_text(json.dumps(measurement()))
    assert call(monkeypatch, "--keep", str(source)) == 0
    page.write_text(page.read_text().replace("0.50", "0.40"))
    assert call(monkeypatch, "--check") == 1
    assert "0.40" in page.read_text()


def test_what_names_the_machine_is_not_kept(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "designs.json"
    source.write_text(json.dumps(measurement({"host_name": "secret", "num_cpus": 2})))
    assert call(monkeypatch, "--keep", str(source)) == 0
    assert json.loads(render_designs.KEPT.read_text())["context"] == {"num_cpus": 2}


@pytest.mark.usefixtures("page")
def test_a_measurement_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--keep", "nowhere.json") == 2
    assert "nowhere.json is missing" in capsys.readouterr().err
