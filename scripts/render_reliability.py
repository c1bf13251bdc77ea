# SPDX-License-Identifier: Apache-2.0
"""Puts what the kept long runs found into docs/reliability.md, between its two markers.

    render_reliability.py [--check] [--keep FILE...]

The files are those that JSON=FILE has `make fuzz`, `kills`, `wakes`, `mutants` and `faults` write;
--keep copies them into results/reliability/, each under its name. Several files of a kind are parts
of one run. With --check nothing is written; exit status 1 when the page does not say what they say.
2: a file or a marker is missing, a run was made from sources that were not committed, or parts are
not of one commit or do not make a whole.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
for folder in ("harness/python", "scripts", "tests/faults"):
    sys.path.insert(0, str(ROOT / folder))

import fault_table  # noqa: E402 - found by the lines above
import marked_pages  # noqa: E402
from tickring_series import files  # noqa: E402

KEPT = ROOT / "results" / "reliability"
PAGE = ROOT / "docs" / "reliability.md"
NAME = "long-runs"
HEAD = "| run | how much | found | took | commit | date |\n|---|---|---|---|---|---|\n"
Run = dict[str, Any]


def joined(runs: list[Run], key: str) -> list[Any]:
    """The rows of all parts."""
    return [row for run in runs for row in run[key]]


def one(runs: list[Run]) -> Run:
    """Of what has no parts. Raises ValueError where there are several."""
    if len(runs) != 1:
        raise ValueError(f"there are {len(runs)} files of {runs[0]['what']}; one is allowed")
    return runs[0]


def counted(number: int, what: str) -> str:
    """`no violation`, `1 violation`, `2 violations`."""
    return f"{number or 'no'} {what}{'s' if number > 1 else ''}"


def fuzz(runs: list[Run]) -> tuple[str, str]:
    """Inputs of each target, and what broke."""
    inputs: Counter[str] = Counter()
    for row in joined(runs, "targets"):
        inputs[row["target"]] += row["executions"]
    findings = [row["finding"] for row in joined(runs, "targets") if not row["holds"]]
    each = ", ".join(f"{target} {count:,}" for target, count in sorted(inputs.items()))
    return f"{inputs.total():,} inputs: {each}", "; ".join(findings) or "nothing broke"


def mutants(runs: list[Run]) -> tuple[str, str]:
    """How many were planted. Raises ValueError where a part is missing or there twice."""
    parts = sorted(run["settings"]["part"] for run in runs)
    if parts != sorted(f"{number}/{len(runs)}" for number in range(1, len(runs) + 1)):
        raise ValueError(f"the mutants are of the parts {', '.join(parts)}")
    if any(run["settings"]["only"] for run in runs):
        raise ValueError("the mutants are those of --only")
    rows = joined(runs, "mutants")
    survivors = [row["name"] for row in rows if not row["caught"]]
    found = f"{len(rows) - len(survivors)} caught"
    return f"{len(rows)} bugs planted", "; survives: ".join([found, *survivors])


def faults(runs: list[Run]) -> tuple[str, str]:
    """How the faults went. Raises ValueError where one is missing or there twice."""
    rows = joined(runs, "faults")
    if sorted(row["id"] for row in rows) != sorted(fault_table.IDS):
        raise ValueError("the faults are not F1 to F150, each once")
    if any(run["settings"]["in_part"] for run in runs):
        raise ValueError("the faults were tried in part")
    outcomes = Counter(row["outcome"] for row in rows)
    return f"{len(rows)} faults", ", ".join(f"{n} {name}" for name, n in outcomes.most_common())


def kill_sweep(runs: list[Run]) -> tuple[str, str]:
    """Points of all cases. Raises ValueError where some were left out."""
    run = one(runs)
    if run["settings"]["arguments"]:
        raise ValueError("the kill sweep was not at every instruction")
    points = sum(row["points"] for row in run["rows"])
    return f"{points:,} kills in {len(run['rows'])} cases", run["finding"] or "no promise broken"


def random_kills(runs: list[Run]) -> tuple[str, str]:
    """Over all pairs."""
    pairs = one(runs)["pairs"]
    kills = sum(pair["kills"][role] for pair in pairs for role in ("producer", "consumer"))
    sessions, messages = (sum(pair[key] for pair in pairs) for key in ("sessions", "messages"))
    slowest_ms = max(pair["slowest_ns"] for pair in pairs) / 1e6
    violations = sum(len(pair["violations"]) for pair in pairs)
    return (
        f"{kills:,} kills in {len(pairs)} pairs of languages, {sessions:,} sessions, "
        f"{messages:,} messages",
        f"{counted(violations, 'violation')}; the slowest death named after {slowest_ms:.0f} ms",
    )


def run_kills(runs: list[Run]) -> tuple[str, str]:
    """Of the harness."""
    run = one(runs)
    left = ", ".join(f"{count:,} left {what}" for what, count in sorted(run["left"].items()))
    return f"{run['settings']['kills']:,} kills: {left}", counted(
        len(run["violations"]), "violation"
    )


def wake_race(runs: list[Run]) -> tuple[str, str]:
    """In both directions of waiting."""
    rows = one(runs)["rows"]
    sleeps = ", ".join(f"{row['sleeps']:,} {row['waits']}" for row in rows)
    return f"sleeps: {sleeps}", counted(sum(row["wakes_lost"] for row in rows), "wake") + " lost"


def sessions(runs: list[Run]) -> tuple[str, str]:
    """What the process held at the first look and at the last."""
    first, last = one(runs)["rows"]
    held = ", ".join(
        f"{key} {first[key]:,} and {last[key]:,}" for key in ("descriptors", "mappings")
    )
    memory = f"memory {first['resident_kib']:,} and {last['resident_kib']:,} KiB"
    return (
        f"{last['sessions']:,} sessions",
        f"after {first['sessions']:,} and at the end: {held}, {memory}",
    )


# By what a file is of: what made it, and how it is shown, in the order of the table.
SHOWN: dict[str, tuple[str, Callable[[list[Run]], tuple[str, str]]]] = {
    "fuzz": ("`make fuzz`", fuzz),
    "fuzz_files": ("`make fuzz`, of files alone", fuzz),
    "mutants": ("`make mutants`", mutants),
    "faults": ("`make faults`", faults),
    "kill_sweep": ("`kill_sweep`", kill_sweep),
    "random_kills": ("`make kills`", random_kills),
    "run_kills": ("`run_kills`", run_kills),
    "wake_race": ("`make wakes`", wake_race),
    "sessions": ("`sessions`", sessions),
}


def line(what: str, runs: list[Run]) -> str:
    """One line of the table. Raises ValueError."""
    commits = sorted({run["project"]["commit"] for run in runs})
    if len(commits) > 1:
        raise ValueError(f"the files of {what} are of the commits {', '.join(commits)}")
    name, show = SHOWN[what]
    day = min(run["started_utc"] for run in runs)[:8]
    took_s = sum(run["elapsed_s"] for run in runs)
    took = f"{took_s:.0f} s" if took_s < 120 else f"{took_s / 60:.0f} min"
    cells = [name, *show(runs), took, f"`{commits[0]}`"]
    return f"| {' | '.join([*cells, f'{day[:4]}-{day[4:6]}-{day[6:]}'])} |\n"


def block() -> str:
    """The table. Raises ValueError."""
    runs: dict[str, list[Run]] = {what: [] for what in SHOWN}
    for path in sorted(KEPT.glob("*.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        runs[run["what"]].append(run)
    return HEAD + "".join(line(what, found) for what, found in runs.items() if found)


def keep(file: Path) -> None:
    """A file under its own name. Raises ValueError where it is none that is kept."""
    run = json.loads(file.read_text(encoding="utf-8"))
    if run.get("what") not in SHOWN:
        raise ValueError(f"{file} is of none of {', '.join(SHOWN)}")
    if run["project"]["dirty"] is not False:
        raise ValueError(f"{file} was made from sources that were not committed")
    files.write(run, KEPT / file.name)


def rendered(text: str) -> str:
    """The page with the table. Raises ValueError."""
    return marked_pages.filled(text, NAME, block())


def main() -> int:
    """Keeps, then renders or checks."""
    return marked_pages.keep_and_render(PAGE, KEPT, keep, rendered)


if __name__ == "__main__":
    sys.exit(main())
