# SPDX-License-Identifier: Apache-2.0
"""The mistakes of defects.toml, tried on this ring and on the package tachyon-ipc.

    peers_faults.py [--out DIR]

Each probe is a process of its own with a limit of time. Writes
<UTC>-<commit>-<host>-peers-faults/peers-faults.json into DIR (default results/runs) and prints a
table. Exit status 1 when something does not hold here; what the other package does is only shown.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "long_runs"))

from long_run import ROOT, project  # noqa: E402 - found by the line above

PEER = ROOT / "build" / "peers" / "python" / "tachyon"
LIMIT_S = 20.0
LIBRARIES = ("tickring", "tachyon")


@dataclass(frozen=True)
class Outcome:
    """What came of one probe: holds, fails, dies, hangs, breaks (the probe itself), or not run."""

    outcome: str
    seen: str


def defects() -> list[dict[str, Any]]:
    """All of defects.toml."""
    return tomllib.loads((HERE / "defects.toml").read_text())["defect"]


def judge(status: int | None, output: str, errors: str) -> Outcome:
    """Of a probe that has ended, or was ended: then the status is None."""
    if status is None:
        return Outcome("hangs", f"no answer within {LIMIT_S:.0f} s")
    if status < 0:
        return Outcome("dies", f"its process ended by {signal.Signals(-status).name}")
    lines = output.strip().splitlines()
    if status != 0 or not lines:
        last = errors.strip().splitlines()[-1:] or [f"status {status}"]
        return Outcome("breaks", last[0])
    found = json.loads(lines[-1])
    return Outcome("holds" if found["holds"] else "fails", found["seen"])


def probe(defect: str, library: str) -> Outcome:
    """In a process group of its own, of which nothing is left."""
    with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
        path = str(Path(folder) / "bus")
        modules = [HERE.parent / "hostile", *([PEER] if library == "tachyon" else [])]
        process = subprocess.Popen(
            [sys.executable, str(HERE / "probes.py"), defect, library, path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, modules))},
        )
        try:
            status: int | None = process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end_group(process.pid)  # a child of the probe may hold the other end of the pipes
            output, errors = process.communicate()
        seen = judge(status, output, errors)
        return Outcome(seen.outcome, seen.seen.replace(folder, "DIR"))


def end_group(leader: int) -> None:
    """Ends what a probe has left running."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def outcome_of(defect: dict[str, Any], library: str) -> Outcome:
    """Of one probe, or why there is none."""
    if library == "tachyon" and "alone" in defect:
        return Outcome("not run", defect["alone"])
    if not defect.get("probe", True):
        return Outcome("not run", f"see {defect['ours'][0]}")
    if library == "tachyon" and not PEER.is_dir():
        return Outcome("not run", "the package is not installed")
    return probe(defect["id"], library)


def table(rows: list[dict[str, Any]]) -> str:
    """For a terminal: what must hold, and below it what was seen of either."""
    lines = []
    for row in rows:
        lines.append(f"{row['id']:4}{row['holds']}")
        for library in LIBRARIES:
            found = row[library]
            lines.append(f"    {library:10}{found['outcome']:8}{found['seen']}")
    for library in LIBRARIES:
        outcomes = [row[library]["outcome"] for row in rows]
        counted = ", ".join(f"{outcomes.count(one)} {one}" for one in sorted(set(outcomes)))
        lines.append(f"{library}: {counted}")
    return "\n".join(lines)


def main() -> int:
    """Probes, writes and prints."""
    from tickring_series import files

    parser = argparse.ArgumentParser(prog="peers_faults", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "runs")
    options, started, rows = parser.parse_args(), time.gmtime(), []
    for defect in defects():
        print(f"peers_faults: {defect['id']}", file=sys.stderr, flush=True)
        found = {library: vars(outcome_of(defect, library)) for library in LIBRARIES}
        rows.append({"id": defect["id"], "holds": defect["holds"], "ours": defect["ours"]} | found)
    document = {
        "schema_version": 1,
        "started_utc": time.strftime(files.UTC, started),
        "project": project(),
        "peer": (ROOT / "peers" / "tachyon" / "requirements.txt").read_text().strip(),
        "defects": rows,
    }
    name = files.folder_name(document, started, "peers-faults")
    path = files.write(document, options.out / name / "peers-faults.json")
    print(table(rows))
    print(f"peers_faults: written: {path}", file=sys.stderr)
    return int(any(row["tickring"]["outcome"] not in ("holds", "not run") for row in rows))


if __name__ == "__main__":
    sys.exit(main())
