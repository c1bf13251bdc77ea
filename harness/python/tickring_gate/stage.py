# SPDX-License-Identifier: Apache-2.0
"""A stage: blocks of every workload in turn, until all of its end points are decided."""

import dataclasses
import math
import random
import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from tickring_gate import disturbance
from tickring_gate.blocks import (
    ARMS,
    Order,
    block_of,
    is_near,
    is_one_regime,
    orders,
)
from tickring_gate.decision import LOOKS, Block, Bounds, Finding, State, assess
from tickring_gate.endpoints import Figures, Workload
from tickring_gate.errors import Broken

MOST_ABORTED_IN_A_ROW = 3  # blocks of one workload
MOST_TIMES = 3  # that a block takes longer than one of which no slice is taken again
REMEMBERED_PROBES = 121  # of a round of blocks or two
Probes = tuple[float | None, float | None]


@dataclasses.dataclass(frozen=True)
class Measured:
    """One run of an arm. figures: None where it broke; probes_ns: round trips of a bare cache line
    before and after it, None where there was no probe."""

    figures: Figures | None
    switches_per_s: float
    reason: str
    probes_ns: Probes = (None, None)


class Arms(Protocol):
    """What is measured."""

    def run(self, arm: str, workload: Workload, block: int) -> Measured:
        """One slice of a block, in fresh processes. block: its number; an arm that was linked
        several times takes its links in turn, the same for a whole block."""


class Stage:
    """Blocks are run in rounds; a workload whose end points are all decided is left out."""

    def __init__(
        self,
        number: int,
        arms: Arms,
        bounds: Mapping[str, Bounds],
        seed: int,
        say: Callable[[str], None],
    ) -> None:
        """number: 1 or 2; bounds: of each end point by name."""
        self._number = number
        self._arms = arms
        self._bounds = bounds
        self._say = say
        self._generator = random.Random(seed + number)
        self._blocks: dict[str, list[Block | None]] = {name: [] for name in bounds}
        self._probes: deque[float] = deque(maxlen=REMEMBERED_PROBES)
        self.slices: list[dict[str, Any]] = []
        self.blocks: list[dict[str, Any]] = []

    def run(self, workloads: Sequence[Workload], deadline_s: float) -> dict[str, Finding]:
        """The findings of the end points that have bounds. deadline_s: on the monotonic clock;
        what is not decided by then is not decided."""
        ways = {workload.name: orders(self._generator) for workload in workloads}
        while left := [workload for workload in workloads if self._is_open(workload)]:
            if time.monotonic() > deadline_s:
                break
            self._generator.shuffle(left)
            for workload in left:
                self._block(workload, next(ways[workload.name]))
            self._say_progress()
        return self.findings(is_over=True)

    def findings(self, *, is_over: bool = False) -> dict[str, Finding]:
        """As far as it is known."""
        return {
            name: assess(self._blocks[name], bounds, is_over=is_over)
            for name, bounds in self._bounds.items()
        }

    def _judged(self, workload: Workload) -> list[str]:
        return [point.name for point in workload.end_points if point.name in self._bounds]

    def _is_open(self, workload: Workload) -> bool:
        names = self._judged(workload)
        return any(
            assess(self._blocks[name], self._bounds[name]).state is State.OPEN for name in names
        )

    def _block(self, workload: Workload, order: Order) -> None:
        number = len(self._blocks[self._judged(workload)[0]])
        before = disturbance.read()
        slices = self._slices(workload, order, number)
        shares = disturbance.shares(before, disturbance.read())
        why = self._why_dropped(slices, shares, self._judged(workload))
        note = {"stage": self._number, "workload": workload.name, "block": number, **shares}
        found = {name: None if why else _block_of(slices, name) for name in self._judged(workload)}
        for name, block in found.items():
            self._blocks[name].append(block)
        ratios = {name: _ratios(block) for name, block in found.items() if block}
        self.blocks.append(note | {"dropped": why, "ratios": ratios or None})
        self._give_up_when_nothing_runs(workload)

    def _slices(self, workload: Workload, order: Order, number: int) -> list[dict[str, Any]]:
        """Those that count. One during which the CPUs were elsewhere is taken again, whatever arm
        it is of, as long as the block does not take more than MOST_TIMES its time."""
        taken: list[dict[str, Any]] = []
        left = (MOST_TIMES - 1) * len(order)
        for position, arm in enumerate(order):
            kept = self._slice(workload, arm, number, position)
            while left and self._is_elsewhere(kept):
                kept["is_retaken"] = True
                left -= 1
                kept = self._slice(workload, arm, number, position)
            taken.append(kept)
        return taken

    def _slice(self, workload: Workload, arm: str, number: int, position: int) -> dict[str, Any]:
        measured = self._arms.run(arm, workload, number)
        before_ns, after_ns = measured.probes_ns
        kept: dict[str, Any] = {"stage": self._number, "workload": workload.name}
        kept |= {"block": number, "position": position, "arm": arm, "is_retaken": False}
        kept |= {"switches_per_s": measured.switches_per_s}
        kept |= {"probe_before_ns": before_ns, "probe_after_ns": after_ns}
        kept["figures"] = measured.figures
        if measured.figures is None:
            kept["reason"] = measured.reason
        self._probes.extend(_probes_of([kept]))
        self.slices.append(kept)
        return kept

    def _is_elsewhere(self, kept: Mapping[str, Any]) -> bool:
        """Whether the CPUs were not where they have mostly been of late."""
        probes = _probes_of([kept])
        return bool(probes) and not is_near(statistics.median(self._probes), probes)

    def _why_dropped(
        self,
        slices: Sequence[dict[str, Any]],
        shares: dict[str, float | None],
        names: Sequence[str],
    ) -> str | None:
        for kept in slices:
            if kept["figures"] is None:
                return f"a run broke: {kept['reason']}"
        if any(not kept["figures"].get(name) for kept in slices for name in names):
            return "a run has no figure, or did not hold its rate"
        probes = _probes_of(slices)
        if probes and len(probes) < 2 * len(slices):
            return "a probe of the placement failed"
        if probes and not is_one_regime(probes):
            return "the placement changed"
        return disturbance.why_disturbed(shares, max(kept["switches_per_s"] for kept in slices))

    def _give_up_when_nothing_runs(self, workload: Workload) -> None:
        own = [kept for kept in self.slices if kept["workload"] == workload.name]
        last = own[-1]["block"]
        broke = {kept["block"]: kept["reason"] for kept in own if kept["figures"] is None}
        if all(last - i in broke for i in range(MOST_ABORTED_IN_A_ROW)):
            raise Broken(f"{workload.name} does not run to its end here: {broke[last]}")

    def _say_progress(self) -> None:
        told = []
        for name, finding in self.findings().items():
            kept = sum(block is not None for block in self._blocks[name])
            state = finding.state if finding.state is not State.OPEN else f"{kept}/{LOOKS[-1]}"
            told.append(f"{name} {state}")
        self._say(f"stage {self._number}: {', '.join(told)}")


def _block_of(slices: Sequence[dict[str, Any]], name: str) -> Block:
    values = {arm: [kept["figures"][name] for kept in slices if kept["arm"] == arm] for arm in ARMS}
    return block_of(values)


def _ratios(block: Block) -> dict[str, float]:
    return {which: math.exp(shift) for which, shift in dataclasses.asdict(block).items()}


def _probes_of(slices: Sequence[Mapping[str, Any]]) -> list[float]:
    both = [(kept["probe_before_ns"], kept["probe_after_ns"]) for kept in slices]
    return [probe for pair in both for probe in pair if probe is not None]
