# SPDX-License-Identifier: Apache-2.0
"""From the command line to gate.json, the table and the exit status."""

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from tickring_series.commands import (
    BROKEN,
    CHECK_FAILED,
    COMPLETE,
    INCONCLUSIVE,
    INTERRUPTED,
    USAGE,
    interrupt_when_terminated,
    ran_to_its_end,
    show,
)
from tickring_series.probing import Probing
from tickring_series.running import Runner

from tickring_gate import calibration, series, table
from tickring_gate.arguments import parse
from tickring_gate.candidates import Compared, revisions
from tickring_gate.commands import Commands
from tickring_gate.decision import Outcome
from tickring_gate.errors import Broken, Refused
from tickring_gate.gate import Gate
from tickring_gate.machine import cpu_model

STATUS = {
    Outcome.PASS.value: COMPLETE,
    Outcome.FAIL.value: CHECK_FAILED,
    Outcome.INCONCLUSIVE.value: INCONCLUSIVE,
}
LEAST_CPUS = 2
PROBE_TIMEOUT_S = 20


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    interrupt_when_terminated()
    try:
        _check(options)
        with _compared(options) as compared:
            return _measure(Gate(options, compared, say), options)
    except Refused as refusal:
        say(str(refusal))
        return USAGE
    except KeyboardInterrupt:
        say("interrupted before anything was measured; nothing is kept")
        return INTERRUPTED
    except Broken as broken:
        say(str(broken))
        return BROKEN
    except OSError as failure:
        say(f"cannot write below {options.out}: {failure.strerror}; make room and start again")
        return BROKEN


def _check(options: argparse.Namespace) -> None:
    """What can be known before minutes are spent on builds."""
    calibration.read(options.calibration)
    if options.series is not None:
        series.check(options.series)
    cpus = len(os.sched_getaffinity(0))
    if cpus < LEAST_CPUS:
        raise Broken(f"this process may use {cpus} CPU; a gate needs {LEAST_CPUS}")
    options.out.mkdir(parents=True, exist_ok=True)


def _compared(options: argparse.Namespace) -> contextlib.AbstractContextManager[Compared]:
    if options.base is None:
        probing = Probing(Runner(options.tickring, PROBE_TIMEOUT_S), say)
        return contextlib.nullcontext(Commands(options.base_cmd, options.head_cmd, probing))
    return revisions(options.base, options.seed, say)


def _measure(gate: Gate, options: argparse.Namespace) -> int:
    is_complete = ran_to_its_end(gate.run)
    result, drawn = gate.write()
    _show(result, options.json)
    say(f"written: {drawn.parent}")
    say(f"chart: {drawn}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    if options.series is not None:
        _continue_series(result, options.series)
    return STATUS[result["verdict"]]


def _continue_series(result: dict[str, Any], path: Path) -> None:
    series.append(path, series.entry_of(result, cpu_model()))
    entries = series.read(path)
    say(f"series: {path}, {len(entries)} gates")
    for line in series.lines(entries):
        say(f"series: {line}")


def _show(result: dict[str, Any], as_json: bool) -> None:
    try:
        show(table.terminal(result), result, as_json=as_json)
    except OSError as failure:
        raise Broken(str(failure)) from failure


def say(line: str) -> None:
    """On standard error."""
    print(f"gate: {line}", file=sys.stderr, flush=True)
