# SPDX-License-Identifier: Apache-2.0
"""From the command line to prediction.json, the table and the exit status."""

from tickring_series.commands import (
    BROKEN,
    COMPLETE,
    INTERRUPTED,
    USAGE,
    interrupt_when_terminated,
    ran_to_its_end,
    show,
)
from tickring_series.prediction import table
from tickring_series.prediction.arguments import parse
from tickring_series.prediction.series import ImpossibleRun, Series, say


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status. What the errors are changes nothing
    about it."""
    options = parse(argv)
    interrupt_when_terminated()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        return _measure(Series(options))
    except ImpossibleRun as impossible:
        say(str(impossible))
        return USAGE
    except OSError as failure:
        say(str(failure))
        return BROKEN


def _measure(series: Series) -> int:
    is_complete = ran_to_its_end(series.run)
    result, path = series.write(is_complete)
    show(table.terminal(result), result)
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    if all(kept["outcome"] != "measured" for kept in result["slices"]):
        say("not one run could be measured")
        return BROKEN
    return COMPLETE
