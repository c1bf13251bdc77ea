# SPDX-License-Identifier: Apache-2.0
"""What a stall of the consumer does to the two kinds of latency: coordinated omission, shown.

    omission.py [--repeats N] [--producer LANGUAGE] [--out DIR] [--tickring FILE]

100,000 messages per second go through the smallest ring of this machine, 50,000 of them; the
consumer stalls once for 10 ms. 1,000 messages fall due meanwhile, 2 % of all. With pages of 4 KiB
the ring takes 63; the producer can send the others only after the stall. From the stamp a stall
is thus seen by 63 messages, 0.13 %, and p99 knows nothing of it. From the intended time it is seen
by all, evenly from 10 ms down to 0, so that p99 is some 5 ms. Runs with and without a stall take
turns; prints the medians, and writes <UTC>-<commit>-<host>-omission/omission.json into DIR (default
results/runs). Exit status 1 when the stall shows less than that, 4 when a run breaks.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tickring_series import files
from tickring_series.running import OK, Outcome, Runner
from tickring_series.text import time_text

PARTICIPANTS = Path(__file__).resolve().parent / "participants"
RATE_PER_S, MESSAGES, STALL_NS = 100_000, 50_000, 10_000_000
FLAGS = (
    *("seed", "--consumer", "stalling", "--publish-every", "1", "--flush-every", "0"),
    *("--rate", str(RATE_PER_S), "--messages", str(MESSAGES)),
    *("--capacity-bytes", str(os.sysconf("SC_PAGESIZE"))),
)
KINDS = ("latency_ns", "schedule_delay_ns", "intended_latency_ns")
ARMS = {"one stall of 10 ms": STALL_NS, "no stall": 0}
STALLED, _ = ARMS
LEAST_INTENDED_NS, MOST_STAMPED_NS = 4_000_000, 1_000_000
BROKEN = 4


def measure(tickring: Path, stall_ns: int, more_flags: Sequence[str] = ()) -> Outcome:
    """One run in which the consumer stalls for so long after a fifth of the messages."""
    os.environ |= {"STALL_AT": str(MESSAGES // 5), "STALL_NS": str(stall_ns)}
    return Runner(tickring, timeout_s=20, participants=[PARTICIPANTS]).start([*FLAGS, *more_flags])


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Medians of the p99 of each kind; found: of each run, by arm."""
    lines = [f"{'p99, medians':<20}{'from the stamp':>16}{'sent late':>12}{'intended':>12}"]
    for arm, runs in found.items():
        cells = [time_text(value) for value in medians(runs).values()]
        lines.append(f"{arm:<20}{cells[0]:>16}{cells[1]:>12}{cells[2]:>12}")
    return "\n".join(lines)


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """By kind."""
    return {kind: statistics.median(run[kind] for run in runs) for kind in KINDS}


def is_shown(runs: list[dict[str, float]]) -> bool:
    """Whether a stall is in p99 from the intended time, and not in that from the stamp."""
    found = medians(runs)
    return (
        found["intended_latency_ns"] >= LEAST_INTENDED_NS and found["latency_ns"] < MOST_STAMPED_NS
    )


def main() -> int:
    """Runs what the command line says."""
    parser = argparse.ArgumentParser(description="coordinated omission, shown")
    parser.add_argument("--repeats", type=int, default=5, help="of each arm, default 5")
    parser.add_argument("--producer", default="c", help="its language, default c")
    parser.add_argument("--tickring", type=Path, default=Path(".venv/bin/tickring"))
    parser.add_argument("--out", type=Path, default=Path("results/runs"))
    options = parser.parse_args()
    started, project = time.gmtime(), None
    found: dict[str, list[dict[str, float]]] = {arm: [] for arm in ARMS}
    for _ in range(max(options.repeats, 1)):
        for arm, stall_ns in ARMS.items():
            outcome = measure(options.tickring, stall_ns, ("--producer", options.producer))
            if outcome.status != OK or outcome.result is None:
                print(f"omission: a run broke: {outcome.words}", file=sys.stderr)
                return BROKEN
            project = outcome.result["project"]
            found[arm].append({kind: outcome.result[kind]["p99"] for kind in KINDS})
    document = {
        "schema_version": 1,
        "started_utc": time.strftime(files.UTC, started),
        "project": project,
        "p99_ns": found,
    }
    name = files.folder_name(document, started, "omission")
    path = files.write(document, options.out / name / "omission.json")
    print(table(found))
    print(f"omission: written: {path}", file=sys.stderr)
    return int(not is_shown(found[STALLED]))


if __name__ == "__main__":
    sys.exit(main())
