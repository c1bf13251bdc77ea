# SPDX-License-Identifier: Apache-2.0
"""Gates whose answer is known: equal arms, or a candidate with a delay planted in each commit.

All arms are one source, built with -Dplanted_delay=true; each gate links them anew.
"""

import contextlib
import dataclasses
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tickring_gate import sources
from tickring_gate.arms import Installations
from tickring_gate.blocks import ARMS, BASE, CANDIDATE
from tickring_gate.builds import PADDING_STEPS, Builder, Tree
from tickring_gate.counting import Counted
from tickring_gate.endpoints import LATENCY, PRODUCER, ROUND_TRIP, WORKLOADS, Workload
from tickring_gate.workspace import git, workspace

STEPS = "TICKRING_PLANTED_STEPS"
COMMITS = {LATENCY.name: 1, ROUND_TRIP.name: 2, PRODUCER.name: 1}  # in one operation
TRIAL_STEPS, TRIALS = 2000, 5
Say = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Plant:
    """A slow-down of one end point by a share of it."""

    end_point: str
    effect: float


class PlantedBuild:
    """Both ends of every gate; use planted_build()."""

    def __init__(self, builder: Builder, tree: Tree, commit: str) -> None:
        """The tree is built."""
        self._builder, self._tree, self.commit = builder, tree, commit
        self._level_ns: dict[str, float] = {}
        self._step_ns = 0.0

    def measure(self, say: Say) -> None:
        """What a step and each end point take here, for plants to be of the right size."""
        commands = self.link([0, 1, 2], 0)
        slow = Installations(commands, {STEPS: str(TRIAL_STEPS)})
        for workload in WORKLOADS:
            name = workload.end_points[0].name
            self._level_ns[name] = _median(slow, BASE, workload)
            if name == PRODUCER.name:
                delayed_ns = _median(slow, CANDIDATE, workload)
                self._step_ns = (delayed_ns - self._level_ns[name]) / TRIAL_STEPS
        say(f"a step takes {self._step_ns:.2f} ns")

    def steps(self, plant: Plant) -> int:
        """So many make the end point slower by about that share."""
        delay_ns = plant.effect * self._level_ns[plant.end_point] / COMMITS[plant.end_point]
        return max(1, round(delay_ns / self._step_ns))

    def link(self, paddings: Sequence[int], stage: int) -> dict[str, Path]:
        """Each arm with its padding; its command by arm."""
        return {
            arm: self._builder.link(self._tree, f"{arm}-{stage}", padding)
            for arm, padding in zip(ARMS, paddings, strict=True)
        }


class PlantedGate:
    """One gate. plant: None between equal arms."""

    def __init__(self, build: PlantedBuild, plant: Plant | None, seed: int) -> None:
        """Nothing is linked yet."""
        self._build, self._plant = build, plant
        self.steps = build.steps(plant) if plant else 0
        self.paddings = random.Random(seed).sample(range(PADDING_STEPS), 2 * len(ARMS))
        self.workloads: Sequence[Workload] = [
            workload
            for workload in WORKLOADS
            if plant is None or workload.end_points[0].name == plant.end_point
        ]

    def arms(self, stage: int) -> Installations:
        """Newly linked."""
        first = (stage - 1) * len(ARMS)
        commands = self._build.link(self.paddings[first : first + len(ARMS)], stage)
        return Installations(commands, {STEPS: str(self.steps)})

    def count(self) -> Counted:
        """A plant is to be found by its time."""
        return Counted()

    def told(self) -> dict[str, Any]:
        """The one commit."""
        return {"base": self._build.commit, "candidate": self._build.commit}


def _median(arms: Installations, arm: str, workload: Workload) -> float:
    name = workload.end_points[0].name
    values = [(arms.run(arm, workload).figures or {}).get(name) for _ in range(TRIALS)]
    return statistics.median(value for value in values if value)


@contextlib.contextmanager
def planted_build(say: Say) -> Iterator[PlantedBuild]:
    """Of the working tree around the current folder; nothing of it is left behind."""
    repository = sources.repository_of(Path.cwd())
    with workspace(repository) as folder:
        tree = Tree("planted build", folder / "head", folder / "build", ("-Dplanted_delay=true",))
        sources.copy_working_tree(repository, tree.source)
        builder = Builder(folder, say)
        builder.build(tree)
        yield PlantedBuild(builder, tree, git(repository, "rev-parse", "HEAD").strip())
