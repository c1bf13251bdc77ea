# SPDX-License-Identifier: Apache-2.0
"""The plantings of `make gate-plantings`: that they apply, and what is said of them."""

import sys
import tomllib
from pathlib import Path

import pytest
from tickring_gate.counting import KINDS, Count, Counted
from tickring_gate.decision import State
from tickring_gate.errors import Broken
from tickring_gate.layout import KIND as LAYOUT

sys.path.insert(0, str(Path(__file__).parent))
from regressions import ROOT, TABLE, changes, is_as_wanted, planted

REGRESSIONS = tomllib.loads(TABLE.read_text())["regression"]


@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda regression: regression["name"])
def test_a_planting_applies_and_is_taken_back(tmp_path: Path, regression: dict) -> None:
    names = {change["file"] for change in changes(regression)}
    before = {name: (ROOT / name).read_text() for name in names}
    for name, text in before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with planted(tmp_path, regression):
        assert all((tmp_path / name).read_text() != text for name, text in before.items())
    assert all((tmp_path / name).read_text() == text for name, text in before.items())
    assert regression["found_by"] in {"", LAYOUT, *(kind.name for kind in KINDS)}


def test_a_planting_that_no_longer_applies_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("twice twice")
    change = {"file": "file", "find": "twice", "replace": "once"}
    with (
        pytest.raises(Broken, match="'it' does not apply to file"),
        planted(tmp_path, {"name": "it", "change": [change]}),
    ):
        pass
    assert (tmp_path / "file").read_text() == "twice twice"


def test_it_has_to_be_found_by_the_kind_that_it_belongs_to() -> None:
    slower = Counted([Count("send", "instructions", 1, 9, State.REGRESSED)])
    assert is_as_wanted({"found_by": "instructions"}, slower)
    assert not is_as_wanted({"found_by": "locked"}, slower)
    assert not is_as_wanted({"found_by": ""}, slower)
    assert is_as_wanted({"found_by": ""}, Counted())
