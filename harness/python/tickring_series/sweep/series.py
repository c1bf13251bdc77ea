# SPDX-License-Identifier: Apache-2.0
"""Visits all points again and again, and keeps sweep.json up to date."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tickring_series import files
from tickring_series.probing import Probing
from tickring_series.running import REFUSED, Outcome, Runner
from tickring_series.slices import PROBES, Slice, look_up
from tickring_series.statistics import summarise
from tickring_series.sweep import caches, document, slices
from tickring_series.sweep.budget import Costs, fit
from tickring_series.sweep.plan import (
    COUNT,
    RATE,
    Point,
    arguments,
    axis_flags,
    order_of,
    own_flags,
    trials,
)

TRIAL_RATE_PER_S = 1000.0
GUESSED_NS_PER_MESSAGE = 100.0  # where no run told
BUDGET_OVER = "the budget was over"


class ImpossiblePoint(Exception):
    """A run of it is refused; the text says why."""


class Sweep:
    """All points, `repeats` times."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Nothing is run yet."""
        self._options = options
        self._runner = Runner(options.tickring, options.timeout_s)
        self._probing = Probing(self._runner, say)
        self._findings = document.Findings(options.points)
        self._caches = caches.find()
        self._started = time.gmtime()
        self._begin_s = time.monotonic()
        self._done = 0
        self._tried = 0
        self._saturated_per_s: float | None = None

    def try_points(self) -> None:
        """Raises ImpossiblePoint when one of the points can never be measured."""
        self._refuse("", self._start(COUNT, {"--messages": 1}))
        for point in trials(self._options.points):
            flags = own_flags(point, self._options.duration_s, TRIAL_RATE_PER_S)
            flags.pop("--duration-s")
            self._refuse(f"{point.text}: ", self._start(point.axis, flags | {"--messages": 1}))

    def run(self) -> None:
        """Until all is done or an interrupt comes; sweep.json is written after each repeat."""
        costs = self._costs()
        if any(point.axis == RATE for point in self._options.points):
            self._saturate()
        kept = self._chosen(costs)
        visits = [point for point in kept for _ in range(costs.runs(point))]
        self._planned = len(visits) * self._options.repeats
        for repeat in range(self._options.repeats):
            if not self._visit_all(order_of(visits, repeat, self._options.seed), repeat, costs):
                self._end_early(kept, repeat)
                break
            self._done = repeat + 1
            self.write(is_complete=self._done == self._options.repeats)

    def write(self, is_complete: bool) -> tuple[dict[str, Any], Path]:
        """sweep.json as it is now, and where it lies."""
        self._findings.no_probe = self._probing.why_not
        result: dict[str, Any] = {
            "schema_version": document.SCHEMA_VERSION,
            "status": "complete" if is_complete else "incomplete",
            "started_utc": time.strftime(files.UTC, self._started),
            "settings": document.settings(vars(self._options), self._done, self._elapsed_s()),
        }
        result |= document.build(self._findings, self._caches)
        name = files.folder_name(self._findings.first_result, self._started, "sweep")
        return result, files.write(result, self._options.out / name / document.FILE_NAME)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._begin_s

    def _left_s(self) -> float:
        return self._options.budget_s - self._elapsed_s()

    def _start(self, axis: str, flags: dict[str, object]) -> Outcome:
        return self._runner.start(arguments(self._options.pair, axis_flags(axis), flags))

    def _refuse(self, what: str, outcome: Outcome) -> None:
        if outcome.status == REFUSED:
            words = outcome.words.removeprefix("tickring: ")
            raise ImpossiblePoint(f"{what}{words}")

    def _costs(self) -> Costs:
        """By a run and a probe, that are not kept."""
        duration_s = self._options.duration_s
        begin_s = time.monotonic()
        outcome = self._start(COUNT, {"--duration-s": duration_s})
        self._probing.probe()
        overhead_s = max(time.monotonic() - begin_s - duration_s, 0.0)
        per_s = look_up(outcome.result or {}, ("consumer", "throughput_per_s"))
        ns_per_message = 1e9 / per_s if per_s else GUESSED_NS_PER_MESSAGE
        least_s = self._options.least_s / self._options.repeats
        return Costs(duration_s, overhead_s, ns_per_message, least_s)

    def _saturate(self) -> None:
        """What the rates are shares of: flat out, before all else."""
        found = []
        for _ in range(self._options.repeats):
            outcome = self._start(RATE, {"--duration-s": self._options.duration_s})
            per_s = look_up(outcome.result or {}, ("consumer", "throughput_per_s"))
            if outcome.is_whole and per_s:
                found.append(per_s)
            else:
                self._findings.why_not_saturated = outcome.words or "a run said nothing"
        summary = summarise(found)
        if summary is None:
            say(f"the saturated throughput is not known: {self._findings.why_not_saturated}")
            return
        self._saturated_per_s = summary.median
        self._findings.saturated = {
            "count": summary.count,
            "median": summary.median,
            "min": summary.min,
            "max": summary.max,
        }
        say(f"saturated at {summary.median:,.0f} messages per second")

    def _chosen(self, costs: Costs) -> list[Point]:
        """What fits into the budget."""
        kept, gone = fit(self._options.points, self._options.repeats, self._left_s(), costs)
        for point in gone:
            seconds = costs.of(point) * self._options.repeats
            why = f"the budget is too small: it takes some {seconds:.0f} s"
            self._findings.left_out[point] = why
            say(f"left out: {point.text}: {why}")
        return kept

    def _end_early(self, points: list[Point], repeat: int) -> None:
        """When what was measured took longer than it was thought to."""
        say(f"{BUDGET_OVER} in repeat {repeat + 1} of {self._options.repeats}")
        visited = {(kept["axis"], kept["value"]) for kept in self._findings.slices}
        for point in points:
            if (point.axis, point.value) not in visited:
                self._findings.left_out[point] = BUDGET_OVER

    def _visit_all(self, points: list[Point], repeat: int, costs: Costs) -> bool:
        """Whether there was time for all of them."""
        before_ns = self._probing.probe()
        for position, point in enumerate(points):
            if self._left_s() < costs.of(point):
                return False
            kept = self._visit(point, repeat, position)
            after_ns = self._probing.probe()
            if self._probing.why_not is None:
                kept |= dict(zip(PROBES, (before_ns, after_ns), strict=True))
            before_ns = after_ns
            self._findings.slices.append(kept)
            self._say_progress(point, kept)
        return True

    def _visit(self, point: Point, repeat: int, position: int) -> Slice:
        if point.axis == RATE and self._saturated_per_s is None:
            outcome = Outcome(REFUSED, None, "the saturated throughput is not known")
            return slices.make(point, repeat, position, outcome)
        flags = own_flags(point, self._options.duration_s, self._saturated_per_s)
        outcome = self._start(point.axis, flags)
        if outcome.is_whole:
            self._findings.first_result = self._findings.first_result or outcome.result
        kept = slices.make(point, repeat, position, outcome)
        return kept | ({"offered_per_s": flags["--rate"]} if point.axis == RATE else {})

    def _say_progress(self, point: Point, kept: Slice) -> None:
        self._tried += 1
        figure = kept.get("ns_per_message")
        told = f"{figure:.1f} ns per message" if figure else kept.get("reason", "nothing received")
        say(f"{self._tried} of {self._planned}: {point.text}: {told}")


def say(line: str) -> None:
    """On standard error."""
    print(f"sweep: {line}", file=sys.stderr, flush=True)
