# SPDX-License-Identifier: Apache-2.0
"""Visits all rows again and again, and keeps peers.json up to date."""

import dataclasses
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tickring_series import files
from tickring_series.peers import document, slices
from tickring_series.peers.availability import Peers
from tickring_series.peers.plan import Row, order_of
from tickring_series.probing import Probing
from tickring_series.running import REFUSED, Runner
from tickring_series.slices import PROBES, Slice


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is to be done."""

    rows: Sequence[Row]
    repeats: int
    messages: int | None  # in each slice; None: what the row says
    seed: int
    out: Path  # the folder that gets the run directory


class Series:
    """All rows, `repeats` times."""

    def __init__(self, wanted: Wanted, runner: Runner, peers: Peers) -> None:
        """Nothing is run yet, but it is looked which peers are there."""
        self._wanted = wanted
        self._runner = runner
        self._slices: list[Slice] = []
        self._first_result: dict[str, Any] | None = None
        self._probing = Probing(runner, _say)
        self._started = time.gmtime()
        self._done = 0
        reasons = {row.key: peers.why_not(row) for row in wanted.rows}
        self._unavailable = {key: reason for key, reason in reasons.items() if reason}
        for reason in sorted({f"{k.partition('/')[2]}: {r}" for k, r in self._unavailable.items()}):
            _say(f"not available: {reason}")

    def run(self) -> None:
        """Until all is done or an interrupt comes; peers.json is written after each repeat."""
        begin_s = time.monotonic()
        for repeat in range(self._wanted.repeats):
            self._visit_all(repeat)
            self._done = repeat + 1
            self.write(is_complete=self._done == self._wanted.repeats)
            self._say_progress(time.monotonic() - begin_s)

    def write(self, is_complete: bool) -> tuple[dict[str, Any], Path]:
        """peers.json as it is now, and where it lies."""
        wanted = self._wanted
        result: dict[str, Any] = {
            "schema_version": document.SCHEMA_VERSION,
            "status": "complete" if is_complete else "incomplete",
            "started_utc": time.strftime(files.UTC, self._started),
            "settings": document.settings(wanted.repeats, self._done, wanted.messages, wanted.seed),
        }
        result |= document.build(
            wanted.rows, self._slices, self._unavailable, self._first_result, self._probing.why_not
        )
        name = files.folder_name(self._first_result, self._started, "peers")
        return result, document.write(result, wanted.out / name)

    def _visit_all(self, repeat: int) -> None:
        before_ns = self._probing.probe()
        for position, row in enumerate(order_of(self._wanted.rows, repeat, self._wanted.seed)):
            if row.key in self._unavailable:
                continue
            outcome = self._runner.start(row.arguments(self._wanted.messages or row.messages))
            kept = slices.make(row, repeat, position, outcome)
            if outcome.status == REFUSED:
                self._unavailable[row.key] = kept["reason"]
                _say(f"not available: {row.key}: {kept['reason']}")
            if outcome.is_whole:
                self._first_result = self._first_result or outcome.result
            after_ns = self._probing.probe()
            if self._probing.why_not is None:
                kept |= dict(zip(PROBES, (before_ns, after_ns), strict=True))
            before_ns = after_ns
            self._slices.append(kept)

    def _say_progress(self, elapsed_s: float) -> None:
        left_s = elapsed_s / self._done * (self._wanted.repeats - self._done)
        aborted = sum(kept["outcome"] == "aborted" for kept in self._slices)
        _say(
            f"repeat {self._done} of {self._wanted.repeats}: {len(self._slices)} slices, "
            f"{aborted} aborted, {elapsed_s:.0f} s; some {left_s:.0f} s to go"
        )


def _say(line: str) -> None:
    print(f"peers: {line}", file=sys.stderr, flush=True)
