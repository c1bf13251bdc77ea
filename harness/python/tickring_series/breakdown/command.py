# SPDX-License-Identifier: Apache-2.0
"""From the command line to breakdown.json, the table and the exit status."""

from tickring_series.breakdown import table
from tickring_series.breakdown.arguments import parse
from tickring_series.breakdown.series import Breakdown, ImpossibleScenario, say
from tickring_series.commands import (
    BROKEN,
    COMPLETE,
    INTERRUPTED,
    USAGE,
    interrupt_when_terminated,
    ran_to_its_end,
    show,
)


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    interrupt_when_terminated()
    breakdown = Breakdown(options)
    try:
        return _show(breakdown, ran_to_its_end(breakdown.run), options.json)
    except ImpossibleScenario as impossible:
        say(str(impossible))
        return USAGE
    except OSError as failure:
        say(str(failure))
        return BROKEN


def _show(breakdown: Breakdown, is_complete: bool, as_json: bool) -> int:
    document, path = breakdown.write(is_complete)
    show(table.terminal(document), document, as_json=as_json)
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    if not any(kept["outcome"] == "measured" for kept in document["slices"]):
        say("not one run could be measured")
        return BROKEN
    return COMPLETE
