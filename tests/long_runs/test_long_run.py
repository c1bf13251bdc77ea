# SPDX-License-Identifier: Apache-2.0
"""The file of a long run says what was run, from which sources, and with which settings."""

import json
import subprocess
from pathlib import Path

import long_run
import pytest
from long_run import LongRun


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, in place of this one."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "meson.build").write_text("project('x', version: '1.2.3')\n")
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init"], ["add", "."], [*identity, "commit", "-m", "all"]):
        subprocess.run(["git", "-C", root, *words], check=True, capture_output=True)
    monkeypatch.setattr(long_run, "ROOT", root)
    return root


def test_a_run_names_its_sources_and_its_settings(checkout: Path, tmp_path: Path) -> None:
    assert LongRun("fuzz", {"seconds": 3}).write(tmp_path / "new" / "run.json", {"rows": [1]})
    document = json.loads((tmp_path / "new" / "run.json").read_text())
    told = subprocess.run(
        ["git", "-C", checkout, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    commit = document["project"].pop("commit")
    assert told.stdout.startswith(commit) and len(commit) >= 7
    assert document["project"] == {"version": "1.2.3", "dirty": False}
    assert (document["what"], document["settings"]) == ("fuzz", {"seconds": 3})
    assert document["rows"] == [1]
    assert document["elapsed_s"] >= 0


def test_sources_that_were_changed_before_the_run_are_told(checkout: Path, tmp_path: Path) -> None:
    (checkout / "meson.build").write_text("project('x', version: '1.2.4')\n")
    run = LongRun("fuzz", {})
    subprocess.run(["git", "-C", checkout, "checkout", "."], check=True, capture_output=True)
    run.write(tmp_path / "run.json", {})
    assert json.loads((tmp_path / "run.json").read_text())["project"]["dirty"] is True


def test_outside_a_checkout_there_is_a_reason_in_place_of_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meson.build").write_text("version: '1.2.3'\n")
    monkeypatch.setattr(long_run, "ROOT", tmp_path)
    section = long_run.project()
    assert section["commit"] is None and section["commit_reason"] == "not a git checkout"
    assert section["dirty"] is None


def test_a_file_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert not LongRun("fuzz", {}).write(tmp_path / "file" / "run.json", {})
    assert f"fuzz: cannot write {tmp_path / 'file' / 'run.json'}: " in capsys.readouterr().err
