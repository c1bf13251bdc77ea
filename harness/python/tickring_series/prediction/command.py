# SPDX-License-Identifier: Apache-2.0
"""From the command line to prediction.json, the table and the exit status."""

import signal
from types import FrameType

from tickring_series.prediction import table
from tickring_series.prediction.arguments import parse
from tickring_series.prediction.series import ImpossibleRun, Series, say

COMPLETE, USAGE, BROKEN, INTERRUPTED = 0, 2, 4, 130


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status. What the errors are changes nothing
    about it."""
    options = parse(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        return _measure(Series(options))
    except ImpossibleRun as impossible:
        say(str(impossible))
        return USAGE
    except OSError as failure:
        say(str(failure))
        return BROKEN


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _measure(series: Series) -> int:
    is_complete = True
    try:
        series.run()
    except KeyboardInterrupt:
        is_complete = False
    result, path = series.write(is_complete)
    print(table.terminal(result))
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    if all(kept["outcome"] != "measured" for kept in result["slices"]):
        say("not one run could be measured")
        return BROKEN
    return COMPLETE
