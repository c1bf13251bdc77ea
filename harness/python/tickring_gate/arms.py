# SPDX-License-Identifier: Apache-2.0
"""Arms that are installations of tickring: each slice is a `tickring run` of one of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tickring_series.running import REFUSED, Outcome, Runner
from tickring_series.slices import look_up

from tickring_gate.blocks import ARMS, CANDIDATE
from tickring_gate.endpoints import Workload
from tickring_gate.errors import Broken
from tickring_gate.stage import Measured, Probes

TIMEOUT_S = 20
SCHEMA_VERSION = 1
SHORT = ("--floors", "short")  # shortens a slice; no figure of a gate needs more
SIDES = ("producer", "consumer")


class Installations:
    """The three arms by name, each installed once for each of its links."""

    def __init__(
        self, commands: Mapping[str, Sequence[Path]], environment: Mapping[str, str] | None = None
    ) -> None:
        """commands: `tickring` of each arm's links; environment: more of it for the candidate."""
        own = {CANDIDATE: environment}
        self._runners = {
            arm: [Runner(link, TIMEOUT_S, environment=own.get(arm)) for link in commands[arm]]
            for arm in ARMS
        }

    def run(self, arm: str, workload: Workload, block: int) -> Measured:
        """One slice. block: its number; blocks take the links in turn."""
        links = self._runners[arm]
        outcome = links[block % len(links)].start((*workload.flags, *SHORT), workload.read)
        if outcome.found is None:
            return Measured(None, 0.0, outcome.words or f"exit status {outcome.status}")
        return Measured(outcome.found, _switches_per_s(outcome), "", _probes_ns(outcome))

    def try_out(self, workload: Workload) -> None:
        """Raises Broken when an arm cannot do it, or tells of it otherwise than is known here."""
        for arm, (runner, *_) in self._runners.items():
            outcome = runner.start((*workload.flags, *SHORT), workload.read)
            words = outcome.words.removeprefix("tickring: ")
            if outcome.status == REFUSED:
                raise Broken(f"the {arm} cannot run {workload.name}: {words}; take a later base")
            if not outcome.is_whole:
                raise Broken(f"the {arm} does not run {workload.name} to its end: {words}")
            version = (outcome.result or {}).get("schema_version")
            if version != SCHEMA_VERSION:
                raise Broken(
                    f"the {arm} writes results of schema version {version}, {SCHEMA_VERSION} is "
                    "needed; take a base that writes the same"
                )
            for name in (point.name for point in workload.end_points):
                if name not in (outcome.found or {}):
                    raise Broken(f"the {arm} does not tell the figure of {name}; take a later base")


def _switches_per_s(outcome: Outcome) -> float:
    rates = [0.0]
    for side in SIDES:
        count = look_up(outcome.result or {}, (side, "involuntary_switches"))
        elapsed_s = look_up(outcome.result or {}, (side, "elapsed_s"))
        if count and elapsed_s:
            rates.append(count / elapsed_s)
    return max(rates)


def _probes_ns(outcome: Outcome) -> Probes:
    """The run's own, before its first message and after its last."""
    regimes = (outcome.result or {}).get("regimes")
    if not regimes:
        return None, None
    return regimes[0]["rtt_before_ns"], regimes[-1]["rtt_after_ns"]
