# SPDX-License-Identifier: Apache-2.0
"""scripts/render_bounds.py: from a run of `make micro` to the page."""

import json
import sys
from pathlib import Path

import pytest

from scripts import render_bounds

TIMES_NS = (10.0, 30.0, 20.0)


def result(file: str) -> dict:
    """What Google Benchmark writes, three repetitions of each row of the table."""
    rows = [
        {"run_name": run_name, "run_type": "iteration", "items_per_second": 1e9 / time_ns}
        for kept_in, run_name, _ in render_bounds.ROWS
        if kept_in == file
        for time_ns in TIMES_NS
    ]
    return {"context": {"host_name": "secret", "num_cpus": 2}, "benchmarks": rows}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of a run; the page and what is kept lie beside it."""
    blocks = map(render_bounds.marked_pages.markers, ("bounds", "without-a-ring"))
    text = "\n".join(f"before\n{begin}old\n{end}\nafter" for begin, end in blocks)
    (tmp_path / "page.md").write_text(text)
    monkeypatch.setattr(render_bounds, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(render_bounds, "KEPT", tmp_path / "kept")
    folder = tmp_path / "run"
    folder.mkdir()
    for file in ("python", "native", "recorder"):
        (folder / f"{file}.json").write_text(json.dumps(result(file)))
    return folder


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["render_bounds.py", *map(str, arguments)])
    return render_bounds.main()


def test_the_table_has_median_smallest_and_largest(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, "--keep", run) == 0
    page = (run.parent / "page.md").read_text()
    assert page.count("| 20.0 | 10.0 | 30.0 |\n") == len(render_bounds.ROWS)
    assert call(monkeypatch, "--check") == 0


def test_ratios_are_of_the_same_repetition(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slower = result("python")
    of_the_loop = [
        row for row in slower["benchmarks"] if row["run_name"] == "python/send_zero_copy_reference"
    ]
    for row, factor in zip(of_the_loop, (4.0, 1.0, 3.0), strict=True):
        row["items_per_second"] /= factor
    (run / "python.json").write_text(json.dumps(slower))
    assert call(monkeypatch, "--keep", run) == 0
    page = (run.parent / "page.md").read_text()
    assert "| the reference loop | 3.00 | 1.00 | 4.00 |\n" in page
    assert page.count("| 1.00 | 1.00 | 1.00 |\n") == len(render_bounds.PAIRS) - 1


def test_what_is_kept_does_not_name_the_machine(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call(monkeypatch, "--keep", run)
    kept = json.loads((run.parent / "kept" / "native.json").read_text())
    assert kept["context"] == {"num_cpus": 2}


def test_a_row_that_was_not_measured_is_named(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = result("native") | {"benchmarks": []}
    (run / "native.json").write_text(json.dumps(empty))
    assert call(monkeypatch, "--keep", run) == 2
    assert "send_and_receive" in capsys.readouterr().err
    assert "old" in (run.parent / "page.md").read_text()


def test_a_page_that_is_behind_is_found(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call(monkeypatch, "--keep", run)
    page = run.parent / "page.md"
    page.write_text(page.read_text().replace("20.0", "19.0"))
    assert call(monkeypatch, "--check") == 1
