# SPDX-License-Identifier: Apache-2.0
"""The command line of `python -m tickring_series peers`."""

import argparse
from pathlib import Path

from tickring_series.options import MAX_SEED, Count, Parser, a_seed, command_at
from tickring_series.peers.plan import all_rows

REPEATS = 11  # the fewest whose median has a useful interval at 95 %
MAX_REPEATS = 1000
MAX_MESSAGES = 4_294_967_295
MAX_TIMEOUT_S = 86_400


def _transports(text: str) -> list[str]:
    known = sorted({row.transport for row in all_rows()})
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(known)}")
    if not names:
        raise argparse.ArgumentTypeError(f"{text!r} names none of {', '.join(known)}")
    return names


def parse(argv: list[str]) -> argparse.Namespace:
    """Exits with 2 and a sentence that names the flag, its value and what is allowed."""
    parser = Parser(prog="peers", description="the same workload over every transport")
    add = parser.add_argument
    add("--repeats", type=Count(1, MAX_REPEATS), default=REPEATS, help="visits of all rows")
    add("--messages", type=Count(1, MAX_MESSAGES), help="in each slice; default: the row's own")
    add("--seed", type=Count(0, MAX_SEED), default=None, help="of the orders; default: random")
    add("--transports", type=_transports, help="only these, comma-separated")
    add("--timeout-s", type=Count(1, MAX_TIMEOUT_S), default=60, help="of one run")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help="the command")
    add("--peers", type=Path, default=Path("peers"), help="the sources of the peers")
    add("--build", type=Path, default=Path("build/peers"), help="where they are built")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    options = parser.parse_args(argv)
    options.seed = a_seed(options.seed)
    options.tickring = command_at(parser, options.tickring)
    return options
