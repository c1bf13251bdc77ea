# SPDX-License-Identifier: Apache-2.0
"""Holds every message for a known time and looks in which part of the latency it comes back.

    delays.py [--repeats N] [--out DIR]

A producer and a consumer in C, one message a publication, paced at half of what the pair takes. The
producer holds each message between its stamp and the commit, or the consumer between seeing it and
its receipt stamp, for 0.5, 2 and 10 us, spun on the clock. Held runs lie between
two plain ones each. Medians are compared: a hold in which the holder is preempted is longer. Writes
<UTC>-<commit>-<host>-delays/delays.json into DIR (default results/runs) and prints a table. Exit
status 1 when a part is off by more than 5 % of the delay and 50 ns; 4 when a run breaks.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from planter import ROOT, Plant, Tools, started
from tickring_series import files
from tickring_series.breakdown.summary import PARTS
from tickring_series.options import Count, Parser

DELAYS_NS = (500, 2_000, 10_000)
# Where a message is held: the field of the plant, its counters, and the part that has to grow.
PLACES = {
    "before publishing": ("before_publish_ns", "held_before", "stamp_to_commit"),
    "after receiving": ("after_receive_ns", "held_after", "seen_to_read"),
}
TOLERATED_FRACTION, TOLERATED_NS = 0.05, 50.0
MESSAGES = 50_000
PAIR = ("seed-flush-each", "--producer", "c", "--consumer", "c", "--messages", str(MESSAGES))


def say(line: str) -> None:
    """On standard error."""
    print(f"delays: {line}", file=sys.stderr, flush=True)


def measure(
    tools: Tools, rate_per_s: int, place: str | None, delay_ns: int
) -> tuple[dict[str, float], float]:
    """The median of each part, and how long a message was really held on average."""

    def begin(plant: Plant) -> None:
        if place:
            setattr(plant, PLACES[place][0], delay_ns)

    flags = (*PAIR, "--rate", str(rate_per_s))
    with started(tools, flags, planted_programs=True, begin=begin) as run:
        parts = run.result()["breakdown_ns"]
        held_ns = 0.0
        if place:
            counters = PLACES[place][1]
            held_ns = getattr(run.plant, f"{counters}_ns") / getattr(run.plant, f"{counters}_count")
    return {part: parts[part]["p50"] for part in PARTS}, held_ns


def saturated_per_s(tools: Tools, place: str, delay_ns: int) -> float:
    """What the pair takes with the delay in it."""

    def begin(plant: Plant) -> None:
        setattr(plant, PLACES[place][0], delay_ns)

    with started(tools, PAIR, planted_programs=True, begin=begin) as run:
        return run.result()["consumer"]["throughput_per_s"]


def compare(tools: Tools, place: str, delay_ns: int, repeats: int) -> dict[str, Any]:
    """Plain, held, plain, held, ... and plain: what each part grew by, median over the repeats."""
    rate_per_s = int(saturated_per_s(tools, place, delay_ns) / 2)
    growths: dict[str, list[float]] = {part: [] for part in PARTS}
    held = []
    before, _ = measure(tools, rate_per_s, None, 0)
    for _ in range(repeats):
        with_delay, held_ns = measure(tools, rate_per_s, place, delay_ns)
        after, _ = measure(tools, rate_per_s, None, 0)
        held.append(held_ns)
        for part in PARTS:
            growths[part].append(with_delay[part] - (before[part] + after[part]) / 2)
        before = after
    row = {
        "held": place,
        "delay_ns": delay_ns,
        "mean_held_ns": statistics.median(held),
        "rate_per_s": rate_per_s,
        "should_grow": PLACES[place][2],
        "growth_ns": {part: statistics.median(values) for part, values in growths.items()},
    }
    row["tolerated_ns"] = max(TOLERATED_FRACTION * delay_ns, TOLERATED_NS)
    row["off_ns"] = {
        part: growth - (delay_ns if part == row["should_grow"] else 0)
        for part, growth in row["growth_ns"].items()
    }
    row["holds"] = all(abs(off) <= row["tolerated_ns"] for off in row["off_ns"].values())
    return row


def table(rows: list[dict[str, Any]]) -> str:
    """For a terminal."""
    lines = [f"{'held':18}{'ns':>9}" + "".join(f"{part:>19}" for part in PARTS)]
    for row in rows:
        grown = "".join(f"{row['growth_ns'][part]:>+19.0f}" for part in PARTS)
        verdict = "" if row["holds"] else "  off"
        lines.append(f"{row['held']:18}{row['delay_ns']:>9}{grown}{verdict}")
    return "\n".join(lines)


def main() -> int:
    """Measures, writes and prints."""
    parser = Parser(prog="delays", allow_abbrev=False)
    parser.add_argument("--repeats", type=Count(1, 1000), default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "runs")
    options, started, rows = parser.parse_args(), time.gmtime(), []
    with tempfile.TemporaryDirectory(prefix="delays-") as folder:
        tools = Tools(ROOT / "build", Path(folder), ROOT / ".venv" / "bin" / "tickring")
        try:
            for place in PLACES:
                for delay_ns in DELAYS_NS:
                    rows.append(compare(tools, place, delay_ns, options.repeats))
                    say(table(rows[-1:]).splitlines()[1])
        except (RuntimeError, TimeoutError) as failure:
            say(str(failure))
            return 4
    document = {
        "schema_version": 1,
        "started_utc": time.strftime(files.UTC, started),
        "project": tools.project,
        "rows": rows,
    }
    name = files.folder_name(document, started, "delays")
    path = files.write(document, options.out / name / "delays.json")
    print(table(rows))
    say(f"written: {path}")
    return int(not all(row["holds"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
