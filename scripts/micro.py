# SPDX-License-Identifier: Apache-2.0
"""Runs the micro-benchmarks: what each operation of the ring costs by itself.

    micro.py [--out DIR] [--repetitions N] [--min-time-s S]

Writes a directory <UTC>-<commit>[-dirty]-<host>-micro into DIR (default results/runs) with

    native.json        Google Benchmark: the C interface, in one thread and across two
    recorder.json      the same: what the recorder adds to each message of a consumer
    designs.json       the same: rings that differ in one choice each (docs/decisions)
    python.json        the same form: the calls of the Python module
    instructions.json  instructions per operation, counted by callgrind: the difference of two
                       lengths; absent where valgrind is missing

and prints one table. Exit status 2 for arguments that cannot be, 4 when a benchmark fails.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "build" / "core" / "benchmarks"
BESIDE_THE_RING = ROOT / "build" / "harness" / "benchmarks"
PROGRAMS = {
    "native": BENCHMARKS / "ring_benchmark",
    "recorder": BESIDE_THE_RING / "recorder_benchmark",
    "designs": BESIDE_THE_RING / "ring_designs",
}
SHORT, LONG = 1000, 11000  # operations under callgrind


def say(text: str) -> None:
    """One line of progress."""
    print(f"micro: {text}", file=sys.stderr, flush=True)


def run(command: list[str | Path], **options: object) -> str:
    """Standard output of a command. Ends this program with 4 when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        say(f"{Path(command[0]).name} failed with {done.returncode}: {done.stderr.strip()[-400:]}")
        sys.exit(4)
    return done.stdout


def beside_the_ring() -> dict[str, str]:
    """The environment in which Python finds the modules beside the ring, too."""
    paths = [str(BESIDE_THE_RING), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def run_name() -> str:
    """The directory's name, as that of every run."""
    described = run([ROOT / ".venv" / "bin" / "tickring", "--version"])
    commit = re.search(r"\(([^,]*),", described)
    utc = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return f"{utc}-{commit.group(1) if commit else 'unknown'}-{os.uname().nodename}-micro"


def count_instructions(operation: str, count: int) -> int:
    """All instructions of `count` operations, the program's start and end included."""
    with tempfile.NamedTemporaryFile() as out:
        run(
            [
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={out.name}",
                BENCHMARKS / "operations",
                operation,
                str(count),
            ]
        )
        total = re.search(r"^(?:totals|summary): (\d+)", Path(out.name).read_text(), re.MULTILINE)
    if total is None:
        say(f"callgrind counted nothing for {operation}")
        sys.exit(4)
    return int(total.group(1))


def instructions_per_operation() -> dict[str, float]:
    """By operation; what set-up costs cancels out between the two lengths."""
    counts = {}
    for operation in run([BENCHMARKS / "operations"]).split():
        say(f"callgrind {operation}")
        difference = count_instructions(operation, LONG) - count_instructions(operation, SHORT)
        counts[operation] = difference / (LONG - SHORT)
    return counts


def table(results: list[dict]) -> list[str]:
    """Median, smallest and largest time of each row."""
    rows = [row for result in results for row in result["benchmarks"]]
    times: dict[str, list[float]] = {}
    for row in rows:
        if row["run_type"] == "iteration" and not row.get("error_occurred"):
            per_item = 1e9 / row["items_per_second"]
            times.setdefault(row["run_name"], []).append(per_item)
    lines = [f"{'ns per message':58}{'median':>8}{'min':>7}{'max':>7}"]
    for name, values in times.items():
        ordered = sorted(values)
        middle = ordered[len(ordered) // 2]
        shown = name.removesuffix("/real_time").replace("payload_bytes:", "bytes ")
        lines.append(f"{shown:58}{middle:8.1f}{ordered[0]:7.1f}{ordered[-1]:7.1f}")
    return lines


def positive(text: str) -> float:
    """A number above 0, for argparse."""
    value = float(text)
    if not 0 < value < 3600:
        raise argparse.ArgumentTypeError(f"is {text}; allowed is more than 0 and below 3600")
    return value


def repetitions(text: str) -> int:
    """1 to 100, for argparse."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"is {text!r}; allowed are 1 to 100")
    return int(text)


def main() -> None:
    """Runs the three parts one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "results" / "runs")
    parser.add_argument("--repetitions", type=repetitions, default=5)
    parser.add_argument("--min-time-s", type=positive, default=0.2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        shared = [
            f"--benchmark_repetitions={arguments.repetitions}",
            f"--benchmark_min_time={arguments.min_time_s}",
            "--benchmark_enable_random_interleaving=true",
        ]
        for name, program in PROGRAMS.items():
            say(f"{name}.json: {program.name}")
            to_file = [f"--benchmark_out={directory / name}.json", "--benchmark_out_format=json"]
            run([program, *shared, *to_file])
        script = ROOT / "core" / "benchmarks" / "python_calls.py"
        times = ["--repetitions", str(arguments.repetitions)]
        times += ["--min-time-s", str(arguments.min_time_s)]
        say("python.json: the Python module")
        run([sys.executable, script, directory / "python.json", *times], env=beside_the_ring())
        files = [directory / f"{name}.json" for name in (*PROGRAMS, "python")]
        results = [json.loads(file.read_text()) for file in files]
        print("\n".join(table(results)))
        if shutil.which("valgrind"):
            counts = instructions_per_operation()
            text = json.dumps({"instructions_per_operation": counts}, indent=2)
            (directory / "instructions.json").write_text(text + "\n")
            print(f"\n{'instructions per operation':58}{'callgrind':>8}")
            print("\n".join(f"{name:58}{count:8.1f}" for name, count in counts.items()))
        else:
            say("instructions are not counted: valgrind is missing")
        target = arguments.out / run_name()
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(directory, target)
    say(f"written: {target}")


if __name__ == "__main__":
    main()
