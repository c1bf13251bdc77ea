# SPDX-License-Identifier: Apache-2.0
"""Kills producers and consumers at random moments, over all nine pairs of languages.

    kills.py [--kills N] [--seed N] [--limit-ms N]

Each kill is a SIGKILL of one side of a running pair: before or in the handshake, while the ring
fills, or in full flow, with random ring size, publish_every and way of waiting. The other side has
to name the death, the killed side is started again on the same path, and the two have to go on.
Prints one line per pair and a sum; exit status 1 when something was wrong. verdict.py says what.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pair import PROGRAMS, Outcome, Pair

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


def main() -> int:
    """Runs what the command line says."""
    parser = argparse.ArgumentParser(description="random kills over all pairs of languages")
    parser.add_argument("--kills", type=int, default=1000, help="how many, default 1000")
    parser.add_argument("--seed", type=int, default=0, help="of the random choices; 0: a new one")
    parser.add_argument(
        "--limit-ms", type=int, default=100, help="for naming a death, default 100, the promise"
    )
    arguments = parser.parse_args()
    seed = arguments.seed or time.time_ns() % 1_000_000_000
    limit_ns = arguments.limit_ms * 1_000_000
    print(f"kills: seed {seed}", file=sys.stderr)
    print(
        ROW.format(
            "pair",
            "producer",
            "consumer",
            "sessions",
            "messages",
            "slowest",
            "violations",
        )
    )
    outcomes = []
    for outcome in run_pairs(arguments.kills, seed, limit_ns):
        outcomes.append(outcome)
        print(row(outcome), flush=True)
        for violation in outcome.violations:
            print(f"kills: {outcome.name}: {violation}", file=sys.stderr)
    print(row(total(outcomes)))
    return int(any(outcome.violations for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
