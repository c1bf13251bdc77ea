# SPDX-License-Identifier: Apache-2.0
"""From the command line to peers.json, the table and the exit status."""

import sys
from typing import Any

from tickring_series.commands import (
    BROKEN,
    CHECK_FAILED,
    COMPLETE,
    INTERRUPTED,
    interrupt_when_terminated,
    ran_to_its_end,
    show,
)
from tickring_series.peers import table
from tickring_series.peers.arguments import parse
from tickring_series.peers.availability import Peers
from tickring_series.peers.plan import all_rows
from tickring_series.peers.series import Series, Wanted
from tickring_series.running import Runner


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    names = options.transports
    rows = [row for row in all_rows() if names is None or row.transport in names]
    wanted = Wanted(rows, options.repeats, options.messages, options.seed, options.out)
    peers = Peers(options.peers.absolute(), options.build.absolute())
    interrupt_when_terminated()
    runner = Runner(options.tickring, options.timeout_s, [peers.participants])
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        return _measure(Series(wanted, runner, peers))
    except OSError as failure:
        print(f"peers: {failure}", file=sys.stderr)
        return BROKEN


def _measure(series: Series) -> int:
    is_complete = ran_to_its_end(series.run)
    result, path = series.write(is_complete)
    show(table.terminal(result), result)
    print(f"peers: written: {path}", file=sys.stderr)
    if not is_complete:
        print("peers: interrupted; what was measured is kept, marked incomplete", file=sys.stderr)
        return INTERRUPTED
    return _status(result)


def _status(result: dict[str, Any]) -> int:
    if not any(row["measured_runs"] for row in result["rows"]):
        print("peers: not one slice could be measured", file=sys.stderr)
        return BROKEN
    faulty = [
        row for row in result["rows"] if row["guarantee"] == "lossless" and row["runs_with_faults"]
    ]
    for row in faulty:
        print(
            f"peers: integrity: {row['mode']}, {row['name']}: {row['lost']} lost, "
            f"{row['duplicated']} duplicated, {row['torn']} torn "
            f"in {row['runs_with_faults']} of {row['measured_runs']} runs",
            file=sys.stderr,
        )
    return CHECK_FAILED if faulty else COMPLETE
