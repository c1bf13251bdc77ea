# SPDX-License-Identifier: Apache-2.0
"""python -m tickring_replay: what `tickring run --ticks` does before anything is started.

Reads and checks a trade file and writes the prepared one. Prints what there is to know of it as one
line of JSON. Exits with 2 and a sentence when the file cannot be sent; nothing is left then.
"""

import argparse
import json
import sys
from pathlib import Path

from tickring_replay.columns import read_columns
from tickring_replay.errors import BadTrades
from tickring_replay.prepare import prepare

USAGE, BROKEN = 2, 4


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="tickring_replay")
    parser.add_argument("--ticks", type=Path, required=True)
    parser.add_argument("--columns", default="")
    parser.add_argument("--speed-millionths", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=0)
    parser.add_argument("--duration-ns", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    try:
        columns = read_columns(options.columns)
        limits = {"most": options.messages, "end_ns": options.duration_ns}
        about = prepare(options.ticks, columns, options.speed_millionths, options.out, **limits)
    except BadTrades as bad:
        print(bad, file=sys.stderr)
        return USAGE
    except OSError as failure:
        print(f"cannot prepare the trades: {failure}", file=sys.stderr)
        return BROKEN
    print(json.dumps(about))
    return 0


if __name__ == "__main__":
    sys.exit(main())
