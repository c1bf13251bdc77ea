# SPDX-License-Identifier: Apache-2.0
"""scripts/render_faults.py: the page shows the table of faults as it is."""

import sys
from pathlib import Path

import pytest

from scripts import render_faults


@pytest.fixture
def page(tmp_path: Path) -> Path:
    made = tmp_path / "page.md"
    begin, end = render_faults.marked_pages.markers("faults")
    made.write_text(f"F20 and F21\n{begin}old\n{end}\nafter\n")
    return made


def call(monkeypatch: pytest.MonkeyPatch, page: Path, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["render_faults.py", "--page", str(page), *arguments])
    return render_faults.main()


def test_every_fault_has_its_line(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    assert call(monkeypatch, page) == 0
    text = page.read_text()
    assert text.startswith("F20 and F21\n") and text.endswith("\nafter\n")
    for name in render_faults.IDS:
        assert text.count(f"\n| {name} | ") == 1
    assert "`kill_sweep` (in part)" in text
    assert "does not apply: " in text


def test_a_page_that_is_behind_is_found(
    monkeypatch: pytest.MonkeyPatch, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, page, "--check") == 1
    assert "is not what faults.toml says" in capsys.readouterr().err
    call(monkeypatch, page)
    assert call(monkeypatch, page, "--check") == 0


def test_a_fault_that_is_not_there_is_found(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    call(monkeypatch, page)
    page.write_text(page.read_text() + "F151\n")
    assert call(monkeypatch, page, "--check") == 1


def test_a_page_without_its_markers_is_refused(monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    page.write_text("nothing\n")
    assert call(monkeypatch, page) == 2
