# SPDX-License-Identifier: Apache-2.0
"""scripts/render_proofs.py: what is kept of a proof, and that the page shows it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from scripts import render_proofs

ROOT = Path(__file__).resolve().parents[2]
OMISSION = ROOT / "results" / "accounting" / "omission.json"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the page and of what is kept."""
    kept = shutil.copytree(render_proofs.KEPT, tmp_path / "kept")
    made = Path(shutil.copy(render_proofs.PAGE, tmp_path / "page.md"))
    monkeypatch.setattr(render_proofs, "KEPT", kept)
    monkeypatch.setattr(render_proofs, "PAGE", made)
    return made


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The directory of another run of `make omission`."""
    folder = tmp_path / "run"
    folder.mkdir()
    proof = json.loads(OMISSION.read_text())
    proof["started_utc"] = "20300101T000000Z"
    proof["environment"] = {"boot_id": {"value": "secret"}, "kernel": {"value": "a kernel"}}
    (folder / "omission.json").write_text(json.dumps(proof))
    return folder


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["render_proofs.py", *map(str, arguments)])
    return render_proofs.main()


def test_a_run_that_is_kept_stands_on_the_page(
    page: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, "--check") == 0
    assert call(monkeypatch, "--keep", run) == 0
    assert page.read_text().count("20300101T000000Z") == 1
    kept = json.loads((render_proofs.KEPT / "omission.json").read_text())
    assert list(kept["environment"]) == ["kernel"]


def test_a_page_that_is_behind_is_found(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.write_text(page.read_text().replace("messages    1,000,000,000", "messages    2"))
    assert call(monkeypatch, "--check") == 1


def test_a_run_from_uncommitted_sources_is_not_kept(
    page: Path, run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = json.loads((run / "omission.json").read_text())
    proof["project"]["dirty"] = True
    (run / "omission.json").write_text(json.dumps(proof))
    assert call(monkeypatch, "--keep", run) == 2
    assert "uncommitted" in capsys.readouterr().err
    assert "20300101T000000Z" not in page.read_text()


def test_a_folder_that_is_no_run_is_named(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--keep", tmp_path) == 2
    assert str(tmp_path) in capsys.readouterr().err
