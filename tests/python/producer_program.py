# SPDX-License-Identifier: Apache-2.0
"""Speaks to the Python producer of the ring as the harness does (docs/participants.md)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tickring

PROGRAM = Path(__file__).parents[2] / "producers" / "python" / "ring.py"
FMT = "<8sdIQ"
Start = Callable[..., tuple[subprocess.Popen, tickring.Bus]]


def start_program(path: Path, *arguments: object) -> subprocess.Popen:
    """The program with its standard streams as pipes."""
    command = [sys.executable, PROGRAM, "--endpoint", path, "--role", "producer", *arguments]
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def starting(path: Path) -> Iterator[Start]:
    """Starts producers that are ready, each with the consumer's end of its ring."""
    programs = []

    def begin(*arguments: object) -> tuple[subprocess.Popen, tickring.Bus]:
        programs.append(start_program(path, *arguments, "--unknown-key", "ignored"))
        consumer = tickring.Bus.listen(path, 1 << 18, arrival_timeout_s=30)
        assert programs[-1].stdout.readline() == "ready\n"
        return programs[-1], consumer

    yield begin
    for program in programs:
        program.kill()
        program.communicate()


def go(program: subprocess.Popen, start_ns: int) -> None:
    """The harness's only line."""
    program.stdin.write(f"go {start_ns}\n")
    program.stdin.flush()


def report_of(program: subprocess.Popen) -> dict:
    """The last line of a program that ends well."""
    output, errors = program.communicate()
    assert errors == ""
    assert program.returncode == 0
    (line,) = output.splitlines()
    word, _, text = line.partition(" ")
    assert word == "report"
    return json.loads(text)
