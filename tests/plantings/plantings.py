# SPDX-License-Identifier: Apache-2.0
"""Plants causes of delay and looks whether the spikes are named after them.

    plantings.py [--plantings N] [--seed N] [--out DIR]

N of each cause (default 100), then runs from which all but preemption, faults and what lies outside
the process are excluded. Writes <UTC>-<commit>-<host>-plantings/plantings.json into DIR (default
results/runs): the confusion matrix, every planting of another name, and what the other spikes were
named. Prints the matrix. Exit status 1 when fewer than 95 % of one cause are named right, or more
than 2 % of the spikes of the clean runs are named after what was excluded; 4 when a run breaks.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kinds import KINDS, SEED, Kind, plant_into_one_run
from naming import NO_SPIKE, confusion, named, unplanted
from planter import ROOT, Tools, started
from tickring_series import files
from tickring_series.options import Count, Parser

NAMED_RIGHT, EXCLUDED_NAMED = 0.95, 0.02
MOST_PER_RUN = 20
CLEAN_RUNS = 5
# No sleep, no step, room for every message, and no garbage is collected.
CLEAN = (*SEED, "--wait", "spin", "--clock", "monotonic", "--capacity-bytes", str(1 << 26))
EXCLUDED = ("gc_pause", "ring_full", "wake", "clock_step")


def say(line: str) -> None:
    """On standard error."""
    print(f"plantings: {line}", file=sys.stderr, flush=True)


def plant(tools: Tools, kind: Kind, wanted: int, chance: random.Random) -> dict[str, Any]:
    """So many of one kind, over as many runs as it takes."""
    pairs: list[tuple[str, str]] = []
    others: Counter[str] = Counter()
    while len(pairs) < wanted:
        most = min(MOST_PER_RUN, wanted - len(pairs))
        plantings, result = plant_into_one_run(tools, kind, most, chance)
        spikes = result["spikes"]["list"]
        pairs += [(kind.name, named(planting, spikes)) for planting in plantings]
        others.update(spike["cause"] for spike in unplanted(plantings, spikes))
        say(f"{kind.name}: {len(pairs)} of {wanted}")
    right = sum(found == kind.cause for _, found in pairs)
    found = confusion(pairs)[kind.name]
    return {
        "planted": kind.name,
        "right_name": kind.cause,
        "plantings": len(pairs),
        "right": right,
        "without_a_spike": found.get(NO_SPIKE, 0),
        "named": found,
        "other_spikes": dict(others.most_common()),
    }


def look_at_clean_runs(tools: Tools) -> dict[str, Any]:
    """What the spikes are named where only preemption and the outside are left."""
    causes: Counter[str] = Counter()
    for number in range(CLEAN_RUNS):
        with started(tools, CLEAN) as run:
            spikes = run.result()["spikes"]
        causes.update({cause["cause"]: cause["count"] for cause in spikes["causes"]})
        say(f"clean run {number + 1} of {CLEAN_RUNS}: {spikes['total_count']} spikes")
    excluded = sum(causes[cause] for cause in EXCLUDED)
    return {
        "runs": CLEAN_RUNS,
        "spikes": causes.total(),
        "excluded": list(EXCLUDED),
        "named_after_excluded": excluded,
        "named": dict(causes.most_common()),
    }


def shortcomings(rows: list[dict[str, Any]], clean: dict[str, Any]) -> list[str]:
    """What does not come up to what is promised, as sentences."""
    said = [
        f"{row['planted']}: {row['right']} of {row['plantings']} are named right"
        for row in rows
        if row["right"] < NAMED_RIGHT * row["plantings"]
    ]
    if clean["named_after_excluded"] > EXCLUDED_NAMED * clean["spikes"]:
        said.append(
            f"clean runs: {clean['named_after_excluded']} of {clean['spikes']} spikes are named "
            "after what was excluded"
        )
    return said


def table(rows: list[dict[str, Any]], clean: dict[str, Any]) -> str:
    """For a terminal."""
    lines = [f"{'planted':24}{'right':>10}  named"]
    for row in rows:
        found = ", ".join(f"{name} {count}" for name, count in row["named"].items())
        lines.append(f"{row['planted']:24}{row['right']:>5} of {row['plantings']:<3} {found}")
    found = ", ".join(f"{name} {count}" for name, count in clean["named"].items())
    lines.append(f"{'nothing':24}{clean['spikes']:>5} spikes {found}")
    return "\n".join(lines)


def main() -> int:
    """Plants, writes and prints."""
    parser = Parser(prog="plantings", allow_abbrev=False)
    parser.add_argument("--plantings", type=Count(1, 10_000), default=100)
    parser.add_argument("--seed", type=Count(0, 2**32 - 1), default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "runs")
    options: argparse.Namespace = parser.parse_args()
    chance, started = random.Random(options.seed), time.gmtime()
    with tempfile.TemporaryDirectory(prefix="plantings-") as folder:
        tools = Tools(ROOT / "build", Path(folder), ROOT / ".venv" / "bin" / "tickring")
        try:
            rows = [plant(tools, kind, options.plantings, chance) for kind in KINDS]
            clean = look_at_clean_runs(tools)
        except (RuntimeError, TimeoutError) as failure:
            say(str(failure))
            return 4
    document = {
        "schema_version": 1,
        "started_utc": time.strftime(files.UTC, started),
        "seed": options.seed,
        "load_average": os.getloadavg()[0],  # with what else went on
        "nice": os.nice(0),
        "project": tools.project,
        "plantings": rows,
        "clean": clean,
    }
    name = files.folder_name(document, started, "plantings")
    path = files.write(document, options.out / name / "plantings.json")
    print(table(rows, clean))
    say(f"written: {path}")
    said = shortcomings(rows, clean)
    for sentence in said:
        say(sentence)
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
