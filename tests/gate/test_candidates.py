# SPDX-License-Identifier: Apache-2.0
"""Candidates: which links the arms of a stage have."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tickring_gate import candidates
from tickring_gate.blocks import ARMS, BASE, CANDIDATE, CONTROL
from tickring_gate.builds import LINKS_PER_ARM, Tree
from tickring_gate.candidates import LINKS, Revisions


class FakeBuilder:
    """Notes what it was to link."""

    def __init__(self) -> None:
        self.linked: dict[Path, tuple[str, int]] = {}

    def link(self, tree: Tree, name: str, step: int) -> Path:
        command = Path(name) / "tickring"
        assert command not in self.linked
        self.linked[command] = (tree.name, step)
        return command


class FakeInstallations:
    """Installations that run nothing."""

    def __init__(self, commands: Mapping[str, Sequence[Path]]) -> None:
        self.commands = commands

    def try_out(self, _workload: Any) -> None:  # noqa: ANN401
        pass


def test_every_link_of_an_arm_is_of_its_tree_and_has_padding_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "Installations", FakeInstallations)
    base, head = (Tree(name, Path(name), Path(name)) for name in ("base", "head"))
    paddings = list(range(LINKS))
    builder: Any = FakeBuilder()
    compared = Revisions(builder, base, head, {"paddings": paddings})
    for stage in (1, 2):
        commands: Any = compared.arms(stage).commands
        assert {len(links) for links in commands.values()} == {LINKS_PER_ARM}
        trees = {arm: {builder.linked[link][0] for link in commands[arm]} for arm in ARMS}
        assert trees == {BASE: {"base"}, CONTROL: {"base"}, CANDIDATE: {"head"}}
    assert [step for _, step in builder.linked.values()] == paddings
