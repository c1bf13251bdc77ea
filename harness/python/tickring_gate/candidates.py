# SPDX-License-Identifier: Apache-2.0
"""What is compared: two revisions of this project, built here, or two commands of anybody."""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from tickring_gate import layout, sources
from tickring_gate.arms import Installations
from tickring_gate.blocks import ARMS, BASE, CANDIDATE, CONTROL
from tickring_gate.builds import LINKS_PER_ARM, PADDING_STEPS, Builder, Tree
from tickring_gate.counting import Counted, count, native_programs, python_programs
from tickring_gate.endpoints import WORKLOADS, Workload
from tickring_gate.stage import Arms
from tickring_gate.workspace import git, workspace

Say = Callable[[str], None]
OPERATIONS = "core/benchmarks/operations"  # below a build
LINKS_PER_STAGE = len(ARMS) * LINKS_PER_ARM
LINKS = 2 * LINKS_PER_STAGE


class Compared(Protocol):
    """Base and candidate, ready to be measured."""

    workloads: Sequence[Workload]

    def arms(self, stage: int) -> Arms:
        """Newly linked for each stage, where something is linked."""

    def count(self) -> Counted:
        """The deterministic channel, after the arms of a stage were made."""

    def told(self) -> dict[str, Any]:
        """What they are, for gate.json."""


class Revisions:
    """Two builds of tickring; use revisions()."""

    workloads = WORKLOADS

    def __init__(self, builder: Builder, base: Tree, head: Tree, names: dict[str, Any]) -> None:
        """Both trees are built."""
        self._builder, self._base, self._head, self._names = builder, base, head, names
        self._steps = iter(names["paddings"])
        self._commands: dict[str, list[Path]] = {}

    def arms(self, stage: int) -> Installations:
        """Each link of an arm with padding of its own, that none had before."""
        trees = {BASE: self._base, CONTROL: self._base, CANDIDATE: self._head}
        self._commands = {
            arm: [
                self._builder.link(tree, f"{arm}-{stage}-{link}", next(self._steps))
                for link in range(1, LINKS_PER_ARM + 1)
            ]
            for arm, tree in trees.items()
        }
        installations = Installations(self._commands)
        if stage == 1:
            for workload in self.workloads:
                installations.try_out(workload)
        return installations

    def count(self) -> Counted:
        """Of both builds."""
        programs = [
            native_programs(tree.build / OPERATIONS)
            | python_programs(self._commands[arm][0].parent / "python")
            for arm, tree in ((BASE, self._base), (CANDIDATE, self._head))
        ]
        operations = [tree.build / OPERATIONS for tree in (self._base, self._head)]
        counted = count(*programs, self._builder.say)
        if not all(path.exists() for path in operations):
            counted.left_out["native operations"] = "Google Benchmark is missing"
        return counted + layout.compare(*map(layout.facts_of, operations))

    def told(self) -> dict[str, Any]:
        """The two commits, and whether the working tree is more than its commit."""
        return self._names


@contextlib.contextmanager
def revisions(revision: str, seed: int, say: Say) -> Iterator[Revisions]:
    """A revision and the working tree around the current folder; nothing of it is left behind."""
    repository = sources.repository_of(Path.cwd())
    commit = sources.commit_of(repository, revision)
    with workspace(repository) as folder:
        base = Tree("base", folder / "base", folder / "build-base")
        head = Tree("candidate", folder / "head", folder / "build-head")
        sources.check_out(repository, commit, base.source)
        sources.copy_working_tree(repository, head.source)
        names = {
            "base": commit,
            "candidate": git(repository, "rev-parse", "HEAD").strip(),
            "candidate_dirty": bool(git(repository, "status", "--porcelain").strip()),
            "paddings": random.Random(seed).sample(range(PADDING_STEPS), LINKS),
        }
        builder = Builder(folder, say)
        builder.build(base)
        builder.build(head, like=base)
        yield Revisions(builder, base, head, names)
