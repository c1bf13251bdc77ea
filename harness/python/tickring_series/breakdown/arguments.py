# SPDX-License-Identifier: Apache-2.0
"""The command line of `tickring breakdown`."""

import argparse
from pathlib import Path

from tickring_series.options import Count, Parser, command_at

SCENARIOS = ("seed", "seed-flush-each", "sender")
MAX_REPEATS, MAX_MESSAGES, MAX_TIMEOUT_S = 1000, 1 << 20, 86_400


def parse(argv: list[str]) -> argparse.Namespace:
    """Exits with 2 and a sentence that names what is wrong, its value and what is allowed."""
    parser = Parser(
        prog="tickring breakdown",
        description="What the latency of a scenario consists of, and what the instruments add, "
        "which in each run work in every other 1,024 messages.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("scenarios", nargs="*", metavar="SCENARIO", help=f"default: {' '.join(SCENARIOS)}")
    add("--repeats", type=Count(1, MAX_REPEATS), default=11, help="of each run; default: 11")
    add("--messages", type=Count(20_000, MAX_MESSAGES), default=200_000,
        help="of a run; default: 200000")  # fmt: skip
    add("--timeout-s", type=Count(1, MAX_TIMEOUT_S), default=60, help="of a run that stands still")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    add("--json", action="store_true", help="breakdown.json on stdout, all else on stderr")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    options.scenarios = list(dict.fromkeys(options.scenarios)) or list(SCENARIOS)
    options.tickring = command_at(parser, options.tickring)
    return options
