# SPDX-License-Identifier: Apache-2.0
"""The command line of `tickring gate`."""

import argparse
from pathlib import Path

from tickring_series.options import MAX_SEED, Count, Parser, a_seed, command_at

MAX_BUDGET_S = 86_400
DEFAULT_BUDGET_S = 900
CALIBRATION = Path("results/gate/calibration.json")


def _parser() -> Parser:
    parser = Parser(
        prog="tickring gate",
        description="Whether the working tree is slower than a base: 0 PASS, 1 FAIL, "
        "3 INCONCLUSIVE. docs/gate.md explains the rules and the words.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--base", metavar="REV", help="a commit of this clone; the working tree is the candidate")
    add("--base-cmd", metavar="CMD", help="instead: a command that measures the base")
    add("--head-cmd", metavar="CMD", help="and one that measures the candidate")
    add("--budget-s", type=Count(1, MAX_BUDGET_S), default=DEFAULT_BUDGET_S,
        help=f"beyond the builds; default: {DEFAULT_BUDGET_S}")  # fmt: skip
    add("--seed", type=Count(0, MAX_SEED), help="of orders and paddings; default: random")
    add("--calibration", type=Path, default=CALIBRATION, help=f"margins; default: {CALIBRATION}")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    add("--series", type=Path, metavar="FILE", help="append the ratios, and look for a change")
    add("--json", action="store_true", help="gate.json on stdout, all else on stderr")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help=argparse.SUPPRESS)
    return parser


def parse(argv: list[str]) -> argparse.Namespace:
    """Exits with 2 and a sentence that names what is wrong, its value and what is allowed."""
    parser = _parser()
    options = parser.parse_args(argv)
    commands = [options.base_cmd, options.head_cmd]
    if options.base is None and None in commands:
        parser.error("--base REV is needed, or both --base-cmd and --head-cmd")
    if options.base is not None and commands != [None, None]:
        parser.error("--base and --base-cmd or --head-cmd exclude each other")
    for flag, command in (("--base-cmd", options.base_cmd), ("--head-cmd", options.head_cmd)):
        if command is not None and not command.strip():
            parser.error(f"{flag} is empty; a command is needed")
    options.seed = a_seed(options.seed)
    options.tickring = command_at(parser, options.tickring)
    return options
