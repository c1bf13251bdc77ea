# SPDX-License-Identifier: Apache-2.0
"""Runs a program of the tests that only prints, and writes what it printed for other programs.

    printed.py [--json FILE] NAME [ARGUMENT...]

NAME is kill_sweep, wake_race or sessions, as scripts/setup test has built it; the arguments are
handed on, and so is the exit status. 77 says that nothing could be run; then nothing is written.
"""

import argparse
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

from long_run import ROOT, LongRun, add_option

SKIPPED = 77


@dataclass(frozen=True)
class Program:
    """Where it lies below build/tests, and the lines that hold its figures, by name."""

    path: str
    line: str


PROGRAMS = {
    "kill_sweep": Program("kills/kill_sweep", r"(?P<case>.+): (?P<points>\d+) points"),
    "wake_race": Program(
        "core/wake_race",
        r"(?P<waits>.+): (?P<sleeps>\d+) sleeps, (?P<ended_by_time_slice>\d+) ended by their time "
        r"slice, (?P<wakes_lost>\d+) wakes lost",
    ),
    "sessions": Program(
        "faults/faults_sessions_test",
        r"after (?P<sessions>\d+)(?: sessions)?: (?P<descriptors>\d+) descriptors, "
        r"(?P<mappings>\d+) mappings, (?P<resident_kib>\d+) KiB",
    ),
}


def rows(program: Program, lines: list[str]) -> list[dict[str, int | str]]:
    """The figures of each line that has some."""
    found = (re.fullmatch(program.line, line) for line in lines)
    return [
        {name: int(text) if text.isdigit() else text for name, text in match.groupdict().items()}
        for match in found
        if match
    ]


def run(command: list[str]) -> tuple[int, list[str]]:
    """Exit status, and all lines, which are passed on as they come."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip("\n"))
    if process.returncode < 0:
        lines.append(f"ended by {signal.Signals(-process.returncode).name}")
        return 128 - process.returncode, lines
    return process.returncode, lines


def main() -> int:
    """Runs what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("name", metavar="NAME", choices=PROGRAMS, help=", ".join(PROGRAMS))
    add_option(parser)
    options, arguments = parser.parse_known_args()
    program = PROGRAMS[options.name]
    long_run = LongRun(options.name, {"arguments": arguments})
    path = ROOT / "build" / "tests" / program.path
    if not path.exists():
        print(f"printed: {path} is missing; scripts/setup test builds it", file=sys.stderr)
        return 4
    status, lines = run([str(path), *arguments])
    if status == SKIPPED:
        return status
    finding = lines[-1] if status and lines else None
    found = {"rows": rows(program, lines), "holds": status == 0, "finding": finding}
    return status if long_run.write(options.json, found) else status or 1


if __name__ == "__main__":
    sys.exit(main())
