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
from tickring_gate.errors import Broken
from tickring_gate.workspace import git, workspace

STEPS = "TICKRING_PLANTED_STEPS"
COMMITS = {LATENCY.name: 1, ROUND_TRIP.name: 2, PRODUCER.name: 1}  # in one operation
# Each link would link the micro-benchmarks again, which no gate runs.
MESON_OPTIONS = ("-Dplanted_delay=true", "-Dbenchmarks=disabled")
TRIAL_STEPS, TRIALS = 20_000, 11
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
        self._step_ns = 0.0

    def measure(self, say: Say) -> None:
        """What a step takes here."""
        slow = Installations(dict.fromkeys(ARMS, self.links), {STEPS: str(TRIAL_STEPS)})
        workload = _workload_of(PRODUCER.name)
        levels_ns = _levels_ns(slow, (BASE, CANDIDATE), workload)
        self._step_ns = (levels_ns[CANDIDATE] - levels_ns[BASE]) / TRIAL_STEPS
        say(f"a step takes {self._step_ns:.3f} ns")

    def steps(self, plant: Plant) -> int:
        """So many make the end point slower by about that share of what it takes just now."""
        equal = Installations(dict.fromkeys(ARMS, self.links))
        workload = _workload_of(plant.end_point)
        level_ns = _levels_ns(equal, (BASE,), workload)[BASE]
        return max(1, round(plant.effect * level_ns / COMMITS[plant.end_point] / self._step_ns))

    def delay_ns(self, plant: Plant, steps: int) -> float:
        """What so many steps add to one operation of the plant's end point."""
        return steps * self._step_ns * COMMITS[plant.end_point]


class PlantedGate:
    """One gate. plant: None between equal arms."""

    def __init__(self, build: PlantedBuild, plant: Plant | None, seed: int) -> None:
        """seed: of the links that are its arms; no link is in both stages."""
        self._build = build
        self.steps = build.steps(plant) if plant else 0
        self.delay_ns = build.delay_ns(plant, self.steps) if plant else 0.0
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


def _workload_of(name: str) -> Workload:
    return next(workload for workload in WORKLOADS if workload.end_points[0].name == name)


def _levels_ns(arms: Installations, names: Sequence[str], workload: Workload) -> dict[str, float]:
    """What each takes when nothing disturbs it: of its fastest third, as in a gate."""
    runs = [{name: _figure(arms, name, workload, i) for name in names} for i in range(TRIALS)]
    return {
        name: statistics.fmean(sorted(run[name] for run in runs)[: TRIALS // 3]) for name in names
    }


def _figure(arms: Installations, arm: str, workload: Workload, number: int) -> float:
    """Of the first run that has it."""
    name = workload.end_points[0].name
    for _ in range(TRIALS):
        value = (arms.run(arm, workload, number).figures or {}).get(name)
        if value:
            return value
    raise Broken(f"{workload.name} had no figure in {TRIALS} runs: the machine is too busy")


@contextlib.contextmanager
def planted_build(seed: int, say: Say) -> Iterator[PlantedBuild]:
    """Of the working tree around the current folder; nothing of it is left behind. seed: of the
    paddings."""
    repository = sources.repository_of(Path.cwd())
    with workspace(repository) as folder:
        tree = Tree("planted build", folder / "head", folder / "build", MESON_OPTIONS)
        sources.copy_working_tree(repository, tree.source)
        builder = Builder(folder, say)
        builder.build(tree)
        steps = random.Random(seed).sample(range(PADDING_STEPS), LINKS)
        links = [builder.link(tree, f"link-{step}", step) for step in steps]
        yield PlantedBuild(links, git(repository, "rev-parse", "HEAD").strip())
