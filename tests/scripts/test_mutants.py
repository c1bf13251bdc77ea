# SPDX-License-Identifier: Apache-2.0
"""scripts/mutants: every mutant can still be planted, and what became of each is written down."""

import importlib.machinery
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "mutants"


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, without anything being built."""
    loader = importlib.machinery.SourceFileLoader("mutants", str(SCRIPT))
    spec = importlib.util.spec_from_loader("mutants", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    monkeypatch.setattr(module, "check_unchanged", lambda copy, mutants: True)
    return module


def test_every_mutant_can_still_be_planted(
    mutants: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutants, "run_test", lambda copy, build, test: "fails")
    mutants.copy_tree(tmp_path)
    rows = mutants.plant(tmp_path, mutants.select("", "1/1"))
    assert [row for row in rows if not row["caught"]] == []


def test_a_survivor_is_written_down_and_is_a_failure(
    mutants: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["fails", "passes", *["hangs"] * 100])
    monkeypatch.setattr(mutants, "run_test", lambda copy, build, test: next(answers))
    file = tmp_path / "mutants.json"
    monkeypatch.setattr(sys, "argv", ["mutants", "--part", "2/30", "--json", str(file)])
    assert mutants.main() == 1
    document = json.loads(file.read_text())
    assert document["settings"] == {"only": "", "part": "2/30"}
    rows = document["mutants"]
    assert [row["name"] for row in rows] == [m["name"] for m in mutants.select("", "2/30")]
    assert [(row["answer"], row["caught"]) for row in rows[:3]] == [
        ("fails", True),
        ("passes", False),
        ("hangs", True),
    ]
    assert document["caught"] == len(rows) - 1
