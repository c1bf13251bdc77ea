# SPDX-License-Identifier: Apache-2.0
"""Visits all runs again and again, and keeps prediction.json up to date."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tickring_series import files
from tickring_series.prediction import document
from tickring_series.prediction.plan import Work, order_of, works
from tickring_series.probing import Probing
from tickring_series.running import REFUSED, Outcome, Runner
from tickring_series.slices import PROBES, Slice, look_up

SCENARIO = "seed"
FIGURES = {
    "steady_mean_ns": ("windows", "steady_mean_ns"),
    "reading_ns": ("residency", "reading_ns"),
    "effective_batch": ("residency", "effective_batch"),
    "achieved_per_s": ("producer", "achieved_rate_per_s"),
}


class ImpossibleRun(Exception):
    """It is refused; the text says why."""


class Series:
    """All runs, `repeats` times."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Nothing is run yet."""
        self._options = options
        self._runner = Runner(options.tickring, options.timeout_s)
        self._probing = Probing(self._runner, say)
        self._works = works(options.rates, options.batches)
        self._slices: list[Slice] = []
        self._first_result: dict[str, Any] | None = None
        self._started = time.gmtime()
        self._done = 0

    def run(self) -> None:
        """Until all is done or an interrupt comes; prediction.json is written after each repeat.
        Raises ImpossibleRun when a run can never be made."""
        for repeat in range(self._options.repeats):
            before_ns = self._probing.probe()
            for work in order_of(self._works, repeat, self._options.seed):
                kept = self._visit(work)
                after_ns = self._probing.probe()
                if self._probing.why_not is None:
                    kept |= dict(zip(PROBES, (before_ns, after_ns), strict=True))
                before_ns = after_ns
                self._slices.append(kept)
            self._done = repeat + 1
            self.write(is_complete=self._done == self._options.repeats)
            say(f"repeat {self._done} of {self._options.repeats}: {len(self._slices)} runs")

    def write(self, is_complete: bool) -> tuple[dict[str, Any], Path]:
        """prediction.json as it is now, and where it lies."""
        result: dict[str, Any] = {
            "schema_version": document.SCHEMA_VERSION,
            "status": "complete" if is_complete else "incomplete",
            "started_utc": time.strftime(files.UTC, self._started),
            "settings": document.settings(vars(self._options), self._done),
        }
        found = document.Findings(self._works, self._slices, self._first_result)
        result |= document.build(found, self._probing.why_not)
        name = files.folder_name(self._first_result, self._started, "prediction")
        return result, files.write(result, self._options.out / name / document.FILE_NAME)

    def _visit(self, work: Work) -> Slice:
        options = self._options
        outcome = self._runner.start([
            *(SCENARIO, "--producer", options.producer, "--consumer", options.consumer),
            *("--flush-every", "0", "--messages", str(options.messages)),
            *work.flags(),
        ])  # fmt: skip
        if outcome.status == REFUSED:
            raise ImpossibleRun(f"{work.text}: {outcome.words.removeprefix('tickring: ')}")
        if outcome.is_whole:
            self._first_result = self._first_result or outcome.result
        return _slice(work, outcome)


def _slice(work: Work, outcome: Outcome) -> Slice:
    kept: Slice = {"kind": work.kind, "rate_per_s": work.rate_per_s, "batch": work.batch}
    if not outcome.is_whole:
        return kept | {"outcome": "aborted", "reason": outcome.words or "it said nothing"}
    kept["outcome"] = "measured"
    return kept | {key: look_up(outcome.result or {}, path) for key, path in FIGURES.items()}


def say(line: str) -> None:
    """On standard error."""
    print(f"prediction: {line}", file=sys.stderr, flush=True)
