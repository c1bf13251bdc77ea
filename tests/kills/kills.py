# SPDX-License-Identifier: Apache-2.0
"""Kills producers and consumers at random moments, over all nine pairs of languages.

    kills.py [--kills N] [--seed N] [--limit-ms N] [--json FILE]

Each kill is a SIGKILL of one side of a running pair: before or in the handshake, while the ring
fills, or in full flow, with random ring size, publish_every and way of waiting. The other side has
to name the death, the killed side is started again on the same path, and the two have to go on.
Prints one line per pair and a sum; exit status 1 when something was wrong (verdict.py says what)
or FILE cannot be written.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pair import PROGRAMS, Outcome, Pair

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "long_runs"))

from long_run import LongRun, add_option  # noqa: E402 - found by the line above

ROW = "{:<18}{:>9}{:>9}{:>9}{:>12}{:>10}{:>12}"


def shares(kills: int, parts: int) -> list[int]:
    """So many kills over so many pairs, as even as can be."""
    return [kills // parts + (number < kills % parts) for number in range(parts)]


def run_pairs(kills: int, seed: int, limit_ns: int) -> Iterator[Outcome]:
    """All pairs, one after the other, each in a folder of its own."""
    pairs = [(producer, consumer) for producer in PROGRAMS for consumer in PROGRAMS]
    for (producer, consumer), share in zip(pairs, shares(kills, len(pairs)), strict=True):
        rng = random.Random(f"{seed} {producer} {consumer}")
        print(f"kills: {producer} to {consumer}: {share} kills", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
            languages = {"producer": producer, "consumer": consumer}
            yield Pair(languages, Path(folder), rng).run(share, limit_ns)


def row(outcome: Outcome) -> str:
    """One line of the table."""
    return ROW.format(
        outcome.name,
        outcome.kills["producer"],
        outcome.kills["consumer"],
        outcome.sessions,
        outcome.messages,
        f"{outcome.slowest_ns / 1e6:.0f} ms",
        len(outcome.violations),
    )


def total(outcomes: list[Outcome]) -> Outcome:
    """The sum of all pairs."""
    return Outcome(
        name="all",
        kills={role: sum(o.kills[role] for o in outcomes) for role in ("producer", "consumer")},
        messages=sum(o.messages for o in outcomes),
        sessions=sum(o.sessions for o in outcomes),
        slowest_ns=max(o.slowest_ns for o in outcomes),
        violations=[violation for o in outcomes for violation in o.violations],
    )


def run_and_print(kills: int, seed: int, limit_ns: int) -> list[Outcome]:
    """A line for each pair and one for their sum."""
    columns = ("pair", "producer", "consumer", "sessions", "messages", "slowest", "violations")
    print(ROW.format(*columns))
    outcomes = []
    for outcome in run_pairs(kills, seed, limit_ns):
        outcomes.append(outcome)
        print(row(outcome), flush=True)
        for violation in outcome.violations:
            print(f"kills: {outcome.name}: {violation}", file=sys.stderr)
    print(row(total(outcomes)))
    return outcomes


def main() -> int:
    """Runs what the command line says."""
    parser = argparse.ArgumentParser(description="random kills over all pairs of languages")
    parser.add_argument("--kills", type=int, default=1000, help="how many, default 1000")
    parser.add_argument("--seed", type=int, default=0, help="of the random choices; 0: a new one")
    parser.add_argument(
        "--limit-ms", type=int, default=100, help="for naming a death, default 100, the promise"
    )
    add_option(parser)
    arguments = parser.parse_args()
    seed = arguments.seed or time.time_ns() % 1_000_000_000
    print(f"kills: seed {seed}", file=sys.stderr)
    settings = {"kills": arguments.kills, "seed": seed, "limit_ms": arguments.limit_ms}
    long_run = LongRun("random_kills", settings)
    outcomes = run_and_print(arguments.kills, seed, arguments.limit_ms * 1_000_000)
    is_written = long_run.write(arguments.json, {"pairs": [asdict(one) for one in outcomes]})
    return int(not is_written or any(outcome.violations for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
