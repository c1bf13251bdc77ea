# SPDX-License-Identifier: Apache-2.0
"""Where the two CPUs are: short round trips of a bare cache line between the slices."""

from collections.abc import Callable

from tickring_series.running import REFUSED, Outcome, Runner

FLAGS = ("pingpong", "--transport", "cacheline", "--messages", "20000")


class Probing:
    """Probes until it turns out that this cannot be done here."""

    def __init__(self, runner: Runner, say: Callable[[str], None]) -> None:
        """say: is told once why there are no probes."""
        self._runner = runner
        self._say = say
        self.why_not: str | None = None

    def probe(self) -> float | None:
        """The round trip in nanoseconds; None: it failed, or cannot be had."""
        if self.why_not is not None:
            return None
        outcome = self._runner.start(FLAGS)
        if outcome.status == REFUSED:
            self.why_not = f"the placement cannot be probed: {outcome.words}"
            self._say(self.why_not)
        return core_to_core_ns(outcome)


def core_to_core_ns(outcome: Outcome) -> float | None:
    """What a probe measured."""
    found = (outcome.result or {}).get("round_trip") if outcome.is_whole else None
    return found.get("trimmed_mean_ns") if found else None
