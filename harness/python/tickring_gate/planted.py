# SPDX-License-Identifier: Apache-2.0
"""Gates whose answer is known: equal arms, or a candidate with a delay planted in each commit.

All arms are one source, built with -Dplanted_delay=true and linked LINKS times with other paddings;
each gate draws its arms from these links, since linking takes longer than most gates.
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
from tickring_gate.candidates import LINKS, LINKS_PER_STAGE
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

    def __init__(self, links: Sequence[Path], commit: str) -> None:
        """links: the commands of LINKS installations."""
        self.links, self.commit = links, commit
        self._level_ns: dict[str, float] = {}
        self._step_ns = 0.0

    def measure(self, say: Say) -> None:
        """What a step and each end point take here, for plants to be of the right size."""
        slow = Installations(dict.fromkeys(ARMS, self.links), {STEPS: str(TRIAL_STEPS)})
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


class PlantedGate:
    """One gate. plant: None between equal arms."""

    def __init__(self, build: PlantedBuild, plant: Plant | None, seed: int) -> None:
        """seed: of the links that are its arms; no link is in both stages."""
        self._build = build
        self.steps = build.steps(plant) if plant else 0
        self._links = random.Random(seed).sample(build.links, LINKS)
        self.workloads: Sequence[Workload] = [
            workload
            for workload in WORKLOADS
            if plant is None or workload.end_points[0].name == plant.end_point
        ]

    def arms(self, stage: int) -> Installations:
        """Links that were not in the other stage."""
        first = (stage - 1) * LINKS_PER_STAGE
        links = self._links[first : first + LINKS_PER_STAGE]
        drawn = {arm: links[i :: len(ARMS)] for i, arm in enumerate(ARMS)}
        return Installations(drawn, {STEPS: str(self.steps)})

    def count(self) -> Counted:
        """A plant is to be found by its time."""
        return Counted()

    def told(self) -> dict[str, Any]:
        """The one commit."""
        return {"base": self._build.commit, "candidate": self._build.commit}


def _median(arms: Installations, arm: str, workload: Workload) -> float:
    name = workload.end_points[0].name
    values = [(arms.run(arm, workload, i).figures or {}).get(name) for i in range(TRIALS)]
    return statistics.median(value for value in values if value)


@contextlib.contextmanager
def planted_build(seed: int, say: Say) -> Iterator[PlantedBuild]:
    """Of the working tree around the current folder; nothing of it is left behind. seed: of the
    paddings."""
    repository = sources.repository_of(Path.cwd())
    with workspace(repository) as folder:
        tree = Tree("planted build", folder / "head", folder / "build", ("-Dplanted_delay=true",))
        sources.copy_working_tree(repository, tree.source)
        builder = Builder(folder, say)
        builder.build(tree)
        steps = random.Random(seed).sample(range(PADDING_STEPS), LINKS)
        links = [builder.link(tree, f"link-{step}", step) for step in steps]
        yield PlantedBuild(links, git(repository, "rev-parse", "HEAD").strip())
