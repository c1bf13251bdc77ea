# SPDX-License-Identifier: Apache-2.0
"""The command line of `tickring sweep`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from tickring_series.options import MAX_SEED, Count, Parser, a_seed, command_at
from tickring_series.sweep.plan import AXES, Pair, Point

MAX_REPEATS = 1000
MAX_BUDGET_S = MAX_TIMEOUT_S = 86_400
MIN_DURATION_S, MAX_DURATION_S = 0.001, 3600.0


def _points_of(text: str) -> list[Point]:
    """Of an axis, or of an axis and its values: `payload=32,1024`."""
    name, equals, values = text.partition("=")
    if name not in AXES:
        raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(AXES)}")
    axis = AXES[name]
    if not equals:
        return [Point(name, value) for value in axis.values]
    found = set()
    for word in values.split(","):
        value = int(word) if word.isascii() and word.isdigit() else -1
        if not axis.allows(value):
            raise argparse.ArgumentTypeError(f"{name} {word!r} is not possible; {axis.allowed} are")
        found.add(Point(name, value))
    return sorted(found)


def _seconds(least: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not least <= value <= MAX_DURATION_S:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not allowed; seconds from {least:g} to {MAX_DURATION_S:.0f} are"
            )
        return value

    return read


def _parser() -> Parser:
    parser = Parser(
        prog="tickring sweep",
        description="What a message costs when something grows: "
        + "; ".join(f"{axis.name}: {axis.title}" for axis in AXES.values()),
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("axes", nargs="*", type=_points_of, metavar="AXIS[=VALUE,...]", help="default: all")
    add("--producer", default="c", help="its language: python, c or rust; default: c")
    add("--consumer", default="rust", help="its language: rust, c or python; default: rust")
    add("--transport", default="ring", help="default: ring")
    add("--api", default="reference", help="which of its interfaces; default: reference")
    add("--repeats", type=Count(1, MAX_REPEATS), default=3, help="of each point; default: 3")
    add("--duration-s", type=_seconds(MIN_DURATION_S), default=2.0,
        help="of a run, but for counts; default: 2")  # fmt: skip
    add(
        "--least-s",
        type=_seconds(0),
        default=0.0,
        help="so long all runs of a count last together: short ones are run more often; default: 0",
    )
    add("--budget-s", type=Count(1, MAX_BUDGET_S), default=600,
        help="points are left out so that all fits into it; default: 600")  # fmt: skip
    add("--seed", type=Count(0, MAX_SEED), help="of the orders; default: random")
    add("--timeout-s", type=Count(1, MAX_TIMEOUT_S), default=60, help="of a run that stands still")
    add("--out", type=Path, default=Path("results/runs"), help="gets the run directory")
    add("--json", action="store_true", help="sweep.json on stdout, all else on stderr")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help=argparse.SUPPRESS)
    return parser


def parse(argv: list[str]) -> argparse.Namespace:
    """Exits with 2 and a sentence that names what is wrong, its value and what is allowed. Adds
    `points` and `pair`."""
    parser = _parser()
    options = parser.parse_args(argv)
    names = [points[0].axis for points in options.axes]
    for name in names:
        if names.count(name) > 1:
            parser.error(f"{name} is given twice; once is allowed, with several values")
    chosen = options.axes or [_points_of(name) for name in AXES]
    options.points = [point for points in chosen for point in points]
    options.pair = Pair(options.producer, options.consumer, options.transport, options.api)
    options.seed = a_seed(options.seed)
    options.tickring = command_at(parser, options.tickring)
    return options
