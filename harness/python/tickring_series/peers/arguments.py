# SPDX-License-Identifier: Apache-2.0
"""The command line of `python -m tickring_series peers`."""

import argparse
import secrets
from pathlib import Path
from typing import NoReturn

from tickring_series.peers.plan import all_rows

REPEATS = 11  # the fewest whose median has a useful interval at 95 %
MAX_REPEATS = 1000
MAX_MESSAGES = 4_294_967_295
MAX_SEED = 2**32 - 1
MAX_TIMEOUT_S = 86_400


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"peers: {message}\n")


class _Count:
    """A whole number in a range."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def __call__(self, text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not self._least <= number <= self._most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not allowed; a whole number from {self._least} to {self._most} is"
            )
        return number


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
    parser = _Parser(prog="peers", description="the same workload over every transport")
    add = parser.add_argument
    add("--repeats", type=_Count(1, MAX_REPEATS), default=REPEATS, help="visits of all rows")
    add("--messages", type=_Count(1, MAX_MESSAGES), help="in each slice; default: the row's own")
    add("--seed", type=_Count(0, MAX_SEED), default=None, help="of the orders; default: random")
    add("--transports", type=_transports, help="only these, comma-separated")
    add("--timeout-s", type=_Count(1, MAX_TIMEOUT_S), default=60, help="of one run")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help="the command")
    add("--peers", type=Path, default=Path("peers"), help="the sources of the peers")
    add("--build", type=Path, default=Path("build/peers"), help="where they are built")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    options = parser.parse_args(argv)
    if options.seed is None:
        options.seed = secrets.randbelow(MAX_SEED + 1)
    if not options.tickring.is_file():
        parser.error(f"--tickring is '{options.tickring}'; a file that is there is needed")
    options.tickring = options.tickring.absolute()
    return options
