# SPDX-License-Identifier: Apache-2.0
"""The command line of `python -m tickring_series prediction`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from tickring_series.options import MAX_SEED, Count, Parser, a_seed, command_at
from tickring_series.prediction.plan import MOST_BATCH, MOST_RATE_PER_S

MAX_REPEATS = 1000
MAX_TIMEOUT_S = 86_400
MOST_MESSAGES = 10**12
# A steady mean is the median over windows of 10,000 messages: it wants some of them.
MESSAGES = 110_000


def _counts(most: int) -> Callable[[str], list[int]]:
    """Whole numbers, separated by commas, each once, sorted."""
    one = Count(1, most)
    return lambda text: sorted({one(word) for word in text.split(",")})


def parse(argv: list[str]) -> argparse.Namespace:
    """Exits with 2 and a sentence that names the flag, its value and what is allowed."""
    parser = Parser(prog="prediction", description="the residency model beside what is measured")
    add = parser.add_argument
    add("--batches", type=_counts(MOST_BATCH), default=[2**k for k in range(9)],
        help="messages published together, separated by commas; default: 1,2,...,256")  # fmt: skip
    add("--rates", type=_counts(MOST_RATE_PER_S), default=[100_000, 500_000],
        help="messages per second; default: 100000,500000")  # fmt: skip
    add("--producer", default="python", help="its language; default: python")
    add("--consumer", default="rust", help="its language; default: rust")
    add("--repeats", type=Count(1, MAX_REPEATS), default=3, help="of each run; default: 3")
    add("--messages", type=Count(1, MOST_MESSAGES), default=MESSAGES,
        help=f"of a run; default: {MESSAGES}")  # fmt: skip
    add("--seed", type=Count(0, MAX_SEED), help="of the orders; default: random")
    add("--timeout-s", type=Count(1, MAX_TIMEOUT_S), default=60, help="of a run that stands still")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help="the command")
    options = parser.parse_args(argv)
    options.seed = a_seed(options.seed)
    options.tickring = command_at(parser, options.tickring)
    return options
