# SPDX-License-Identifier: Apache-2.0
"""From the command line to breakdown.json, the table and the exit status."""

import json
import signal
import sys
from types import FrameType

from tickring_series.breakdown import table
from tickring_series.breakdown.arguments import parse
from tickring_series.breakdown.series import Breakdown, ImpossibleScenario, say

COMPLETE, USAGE, BROKEN, INTERRUPTED = 0, 2, 4, 130


def main(argv: list[str]) -> int:
    """Measures, writes and prints; returns the exit status."""
    options = parse(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    breakdown = Breakdown(options)
    try:
        try:
            breakdown.run()
            is_complete = True
        except KeyboardInterrupt:
            is_complete = False
        return _show(breakdown, is_complete, options.json)
    except ImpossibleScenario as impossible:
        say(str(impossible))
        return USAGE
    except OSError as failure:
        say(str(failure))
        return BROKEN


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _show(breakdown: Breakdown, is_complete: bool, as_json: bool) -> int:
    document, path = breakdown.write(is_complete)
    text = table.terminal(document)
    if as_json:
        print(text, file=sys.stderr)
        text = json.dumps(document, indent=1, ensure_ascii=False)
    print(text, flush=True)
    say(f"written: {path}")
    if not is_complete:
        say("interrupted; what was measured is kept, marked incomplete")
        return INTERRUPTED
    if not any(kept["outcome"] == "measured" for kept in document["slices"]):
        say("not one run could be measured")
        return BROKEN
    return COMPLETE
