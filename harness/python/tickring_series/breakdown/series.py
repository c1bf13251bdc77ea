# SPDX-License-Identifier: Apache-2.0
"""Runs whose instruments work in every other stretch, and breakdown.json."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from tickring_series import files
from tickring_series.breakdown import slices
from tickring_series.breakdown.summary import of_scenario
from tickring_series.probing import Probing
from tickring_series.running import REFUSED, Runner
from tickring_series.slices import PROBES, Slice, assign_regimes, main_regime, regime_entries

SCHEMA_VERSION = 1
FILE_NAME = "breakdown.json"
FLAGS = ("--instrumented", "--alternately")


class ImpossibleScenario(Exception):
    """A run of it is refused; the text says why."""


class Breakdown:
    """All scenarios, run by run."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Nothing is run yet."""
        self._options = options
        self._runner = Runner(options.tickring, options.timeout_s)
        self._probing = Probing(self._runner, say)
        self._slices: list[Slice] = []
        self._first_result: dict[str, Any] | None = None
        self._started = time.gmtime()

    def run(self) -> None:
        """Until all is done or an interrupt comes."""
        for repeat in range(self._options.repeats):
            say(f"repeat {repeat + 1} of {self._options.repeats}")
            before_ns = self._probing.probe()
            for scenario in self._options.scenarios:
                kept = self._measure(scenario, repeat)
                after_ns = self._probing.probe()
                if self._probing.why_not is None:
                    kept |= dict(zip(PROBES, (before_ns, after_ns), strict=True))
                before_ns = after_ns
                self._slices.append(kept)

    def _measure(self, scenario: str, repeat: int) -> Slice:
        messages = str(self._options.messages)
        outcome = self._runner.start([scenario, "--messages", messages, *FLAGS])
        if outcome.status == REFUSED:
            raise ImpossibleScenario(outcome.words.removeprefix("tickring: "))
        self._first_result = self._first_result or outcome.result
        return slices.make(scenario, repeat, outcome)

    def write(self, is_complete: bool) -> tuple[dict[str, Any], Path]:
        """breakdown.json as it is now, and where it lies."""
        regimes = assign_regimes(self._slices)
        source = self._first_result or {}
        why = "no run said anything"
        document: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "status": "complete" if is_complete else "incomplete",
            "started_utc": time.strftime(files.UTC, self._started),
            "settings": {
                "repeats": self._options.repeats,
                "messages_per_slice": self._options.messages,
            },
        }
        files.put(document, "project", source.get("project"), why)
        environment = files.without_identity(source.get("environment"))
        files.put(document, "environment", environment, why)
        document["regimes"] = regime_entries(regimes, self._slices)
        document["main_regime"] = main_regime(self._slices)
        document["rows"] = [
            of_scenario(name, self._slices, document["main_regime"])
            for name in self._options.scenarios
        ]
        document["slices"] = self._slices
        name = files.folder_name(self._first_result, self._started, "breakdown")
        return document, files.write(document, self._options.out / name / FILE_NAME)


def say(line: str) -> None:
    """On standard error."""
    print(f"breakdown: {line}", file=sys.stderr, flush=True)
