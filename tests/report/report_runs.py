# SPDX-License-Identifier: Apache-2.0
"""Run directories made by hand, and the command that compares them."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hdrh.histogram import HdrHistogram

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))
SCHEMA = ROOT / "harness" / "result.schema.json"
KEPT = ROOT / "results" / "reference"
INTERVAL_S = 0.010
START_S = 1_790_000_000


def kept_result(scenario: str) -> dict:
    """The result of a run that the repository keeps."""
    (file,) = KEPT.glob(f"*-{scenario}/result.json")
    return json.loads(file.read_text())


def write_log(file: Path, intervals: list[list[int]]) -> None:
    """An interval log as the recorder writes it."""
    lines = [f"#[{name}Time: {START_S}.000 (seconds since epoch)]" for name in ("Start", "Base")]
    for number, latencies in enumerate(intervals):
        histogram = HdrHistogram(1, 60_000_000_000, 3)
        for latency_ns in latencies:
            histogram.record_value(latency_ns)
        begin_s, largest = number * INTERVAL_S, float(max(latencies))
        text = histogram.encode().decode()
        lines.append(f"Tag=latency,{begin_s:.3f},{INTERVAL_S:.3f},{largest:.3f},{text}")
    file.write_text("\n".join(lines) + "\n")


@dataclass
class Runs:
    """Makes run directories in a folder and compares them."""

    folder: Path

    def make(
        self,
        name: str,
        intervals: list[list[int]],
        change: Callable[[dict], None] = lambda result: None,
    ) -> Path:
        result = kept_result("seed")
        result["latency_ns"]["count"] = sum(len(interval) for interval in intervals)
        change(result)
        folder = self.folder / name
        folder.mkdir()
        (folder / "result.json").write_text(json.dumps(result))
        write_log(folder / "latency.hlog", intervals)
        return folder

    def compare(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess:
        return self.call("compare", *arguments, **options)

    def report(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess:
        return self.call("report", *arguments, **options)

    def call(self, *arguments: str | Path, **options: object) -> subprocess.CompletedProcess:
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
