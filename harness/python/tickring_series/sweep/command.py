# SPDX-License-Identifier: Apache-2.0
"""From the command line to sweep.json, the table and the exit status."""

from typing import Any

from tickring_series.commands import (
    BROKEN,
    CHECK_FAILED,
    COMPLETE,
    INTERRUPTED,
    USAGE,
    interrupt_when_terminated,
    ran_to_its_end,
    show,
)
from tickring_series.sweep import table
from tickring_series.sweep.arguments import parse
from tickring_series.sweep.series import ImpossiblePoint, Sweep, say


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    interrupt_when_terminated()
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


def _measure(sweep: Sweep, as_json: bool) -> int:
    is_complete = ran_to_its_end(sweep.run)
    result, path = sweep.write(is_complete)
    show(table.terminal(result), result, as_json=as_json)
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    return _status(result)


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
