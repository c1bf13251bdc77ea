# SPDX-License-Identifier: Apache-2.0
"""The plantings of `make gate-plantings`: that they apply, and what is said of them."""

import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from tickring_gate.builds import Tree
from tickring_gate.counting import KINDS, Count, Counted
from tickring_gate.decision import State
from tickring_gate.errors import Broken
from tickring_gate.layout import KIND as LAYOUT

sys.path.insert(0, str(Path(__file__).parent))
import regressions
from regressions import ROOT, TABLE, Pair, changes, is_as_wanted, planted

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


class FakeBuilder:
    """Makes what a build and a link leave; a link replaces the folder of its name."""

    def __init__(self, folder: Path, _say: object) -> None:
        self.folder = folder

    def build(self, tree: Tree, like: Tree | None = None) -> None:
        assert tree.source.is_dir() and (like is None or like.build.is_dir())
        tree.build.mkdir()

    def link(self, tree: Tree, name: str, _step: int) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        assert (tree.source / "meson.build").exists()
        assert tree.build.is_dir()
        return place / "tickring"


def copy(_: Path, to: Path) -> None:
    to.mkdir()
    (to / "meson.build").touch()


def test_no_link_takes_the_place_of_a_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regressions, "Builder", FakeBuilder)
    monkeypatch.setattr(regressions.sources, "copy_working_tree", copy)
    monkeypatch.setattr(regressions, "native_programs", lambda _: {})
    monkeypatch.setattr(regressions, "python_programs", lambda _: {})
    monkeypatch.setattr(regressions, "count", lambda *_: Counted())
    monkeypatch.setattr(regressions.layout, "facts_of", lambda _: {})
    monkeypatch.setattr(regressions.layout, "compare", lambda *_: Counted())
    pair = Pair(tmp_path)
    for _ in range(2):
        assert pair.count({"name": "nothing", "change": []}).rises() == []


def test_it_has_to_be_found_by_the_kind_that_it_belongs_to() -> None:
    slower = Counted([Count("send", "instructions", 1, 9, State.REGRESSED)])
    assert is_as_wanted({"found_by": "instructions"}, slower)
    assert not is_as_wanted({"found_by": "locked"}, slower)
    assert not is_as_wanted({"found_by": ""}, slower)
    assert is_as_wanted({"found_by": ""}, Counted())
