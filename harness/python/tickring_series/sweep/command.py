# SPDX-License-Identifier: Apache-2.0
"""From the command line to sweep.json, the table and the exit status."""

import json
import signal
import sys
from types import FrameType
from typing import Any

from tickring_series.sweep import table
from tickring_series.sweep.arguments import parse
from tickring_series.sweep.series import ImpossiblePoint, Sweep, say

COMPLETE, CHECK_FAILED, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 4, 130


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    sweep = Sweep(options)
    try:
        sweep.try_points()
        options.out.mkdir(parents=True, exist_ok=True)
        return _measure(sweep, options.json)
    except ImpossiblePoint as impossible:
        say(str(impossible))
        return USAGE
    except KeyboardInterrupt:
        say("interrupted before anything was measured; nothing is kept")
        return INTERRUPTED
    except OSError as failure:
        say(str(failure))
        return BROKEN


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _measure(sweep: Sweep, as_json: bool) -> int:
    is_complete = True
    try:
        sweep.run()
    except KeyboardInterrupt:
        is_complete = False
    result, path = sweep.write(is_complete)
    _show(result, as_json)
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    return _status(result)


def _show(result: dict[str, Any], as_json: bool) -> None:
    text = table.terminal(result)
    if as_json:
        print(text, file=sys.stderr)
        text = json.dumps(result, indent=1, ensure_ascii=False)
    try:
        print(text, flush=True)
    except OSError as failure:
        sys.stdout = None  # nothing is tried again at exit
        raise OSError(f"cannot write to standard output: {failure.strerror}") from failure


def _status(result: dict[str, Any]) -> int:
    points = [(axis, point) for axis in result["axes"] for point in axis["points"]]
    if not any(point["measured_runs"] for _, point in points):
        say("not one point could be measured")
        return BROKEN
    faulty = [(axis, point) for axis, point in points if point["runs_with_faults"]]
    for axis, point in faulty:
        say(
            f"integrity: {axis['name']} {point['value']}: {point['lost']} lost, "
            f"{point['duplicated']} duplicated, {point['torn']} torn "
            f"in {point['runs_with_faults']} of {point['measured_runs']} runs"
        )
    return CHECK_FAILED if faulty else COMPLETE
