# SPDX-License-Identifier: Apache-2.0
"""Kills `tickring run` at random moments and looks at what is left.

    run_kills.py [--kills N] [--seed N] [--json FILE]

Each kill is a SIGKILL of the harness between its start and somewhat after the end of an undisturbed
run. Afterwards no participant may be there, whatever stands in the output folder has to be a run
directory that is readable as a whole or be called unfinished, and the next run has to end well,
remove what is unfinished and leave no other traces. Prints a line for each violation and a sum;
exit status 1 when there was one, or FILE cannot be written.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "long_runs"))

from long_run import LongRun, add_option  # noqa: E402 - found by the line above

COMMAND = Path(os.environ.get("TICKRING", ROOT / ".venv" / "bin" / "tickring"))
RUN = ("run", "seed", "--messages", "20000", "--no-report", "--out", "out")
PATIENCE_S = 60.0
GONE_WITHIN_S = 5.0
LONGEST_NS = 3_600_000_000_000
FILES = ("result.json", "latency.hlog", "latency.hgrm")


class Killed:
    """Runs in a folder of their own, and what was wrong with them."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.out, self.runtime = folder / "out", folder / "runtime"
        self.runtime.mkdir(mode=0o700)
        schema = COMMAND.parent.parent / "share" / "tickring" / "result.schema.json"
        self.schema = Draft202012Validator(json.loads(schema.read_text()))
        self.violations: list[str] = []
        self.left: Counter[str] = Counter()

    def start(self) -> subprocess.Popen[str]:
        """One run, in the background."""
        return subprocess.Popen(
            [COMMAND, *RUN],
            cwd=self.folder,
            env=os.environ | {"XDG_RUNTIME_DIR": str(self.runtime)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_whole(self) -> float:
        """A run that nobody disturbs: its time, and what is wrong with it."""
        before = self.entries()
        self.left["unfinished work"] += sum(map(is_unfinished, before))
        started_s = time.monotonic()
        process = self.start()
        _, err = process.communicate(timeout=PATIENCE_S)
        elapsed_s = time.monotonic() - started_s
        after = self.entries()
        new = after - before
        if process.returncode != 0:
            self.violations.append(f"the next run ends with {process.returncode}: {err[-300:]}")
        if len(new) != 1:
            self.violations.append(f"the next run leaves {sorted(new)}")
        self.violations += [f"the next run leaves {name}" for name in filter(is_unfinished, after)]
        self.violations += leftovers(self.runtime)
        return elapsed_s

    def entries(self) -> set[str]:
        """What can be seen in the output folder, unfinished work included."""
        return set(os.listdir(self.out)) if self.out.is_dir() else set()

    def kill_one(self, longest_s: float) -> None:
        """One run that is killed, and what is left of it."""
        before = self.entries()
        process = self.start()
        time.sleep(self.rng.random() * longest_s)  # a random moment is the point
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
        self.violations += participants_left(self.runtime)
        new = {name for name in self.entries() - before if not is_unfinished(name)}
        self.left["no run" if not new else "a run"] += 1
        for name in new:
            self.violations += what_is_wrong_with(self.out / name, self.schema)


def is_unfinished(name: str) -> bool:
    """What the next run has to remove."""
    return name.startswith(".unfinished-")


def what_is_wrong_with(run: Path, schema: Draft202012Validator) -> list[str]:
    """A run directory is readable as a whole, or it is not there."""
    if run.name.startswith(".") or not run.is_dir():
        return [f"{run.name} is left in the output folder"]
    missing = [name for name in FILES if not (run / name).is_file()]
    if missing:
        return [f"{run.name} lacks {', '.join(missing)}"]
    try:
        result = json.loads((run / "result.json").read_text())
        schema.validate(result)
        count = latencies_in(run / "latency.hlog")
    except Exception as wrong:  # whatever a reader says of a damaged file
        return [f"{run.name} cannot be read: {wrong!r:.200}"]
    if count != result["latency_ns"]["count"]:
        return [f"{run.name}: the log has {count} latencies, not {result['latency_ns']['count']}"]
    return []


def latencies_in(log: Path) -> int:
    """How many values an interval log has, read by the usual reader."""
    reader = HistogramLogReader(str(log), HdrHistogram(1, LONGEST_NS, 3))
    count = 0
    while (histogram := reader.get_next_interval_histogram()) is not None:
        count += histogram.get_total_count()
    return count


def participants_left(runtime: Path) -> list[str]:
    """Processes that still name the folder of the sockets, after the time that they have to end."""
    deadline = time.monotonic() + GONE_WITHIN_S
    while found := processes_that_name(runtime):
        if time.monotonic() > deadline:
            return [f"process {pid} outlives the harness" for pid in found]
        time.sleep(0.002)
    return []


def processes_that_name(folder: Path) -> list[str]:
    """Process ids with the folder in their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in (process / "cmdline").read_bytes():
                found.append(process.name)
    return found


def leftovers(runtime: Path) -> list[str]:
    """What a run that ended well has left beside its lock."""
    run = runtime / "tickring" / "run"
    return [f"left behind: {run}"] if run.exists() else []


def kill_runs(kills: int, seed: int) -> Killed:
    """So many kills, each with a whole run behind it."""
    with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
        killed = Killed(Path(folder), random.Random(seed))
        usual_s = killed.run_whole()
        for number in range(1, kills + 1):
            killed.kill_one(usual_s * 1.1)
            usual_s = killed.run_whole()
            if number % 20 == 0:
                print(f"run_kills: {number} of {kills}", file=sys.stderr)
        return killed


def main() -> int:
    """Kills as often as the command line says."""
    parser = argparse.ArgumentParser(description="kills runs of the harness at random moments")
    parser.add_argument("--kills", type=int, default=200, help="how many, default 200")
    parser.add_argument("--seed", type=int, default=0, help="of the moments; 0: a new one")
    add_option(parser)
    arguments = parser.parse_args()
    seed = arguments.seed or time.time_ns() % 1_000_000_000
    print(f"run_kills: seed {seed}", file=sys.stderr)
    long_run = LongRun("run_kills", {"kills": arguments.kills, "seed": seed})
    killed = kill_runs(arguments.kills, seed)
    for violation in killed.violations:
        print(f"run_kills: {violation}", file=sys.stderr)
    left = ", ".join(f"{count} left {what}" for what, count in sorted(killed.left.items()))
    print(f"{arguments.kills} kills: {left}; {len(killed.violations)} violations")
    found = {"left": dict(killed.left), "violations": killed.violations}
    is_written = long_run.write(arguments.json, found)
    return int(not is_written or bool(killed.violations))


if __name__ == "__main__":
    sys.exit(main())
