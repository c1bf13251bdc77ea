# SPDX-License-Identifier: Apache-2.0
"""python -m tickring_gate.calibrate: gates whose answer is known, appended to the calibration.

Can be interrupted and started again at any time: a gate is kept as soon as it is over. A file of
another decision code is begun anew.
"""

import argparse
import dataclasses
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from tickring_series import files
from tickring_series.options import MAX_SEED, Count, Parser, a_seed, command_at

from tickring_gate import calibration
from tickring_gate.arguments import CALIBRATION, DEFAULT_BUDGET_S, MAX_BUDGET_S
from tickring_gate.calibration import Record
from tickring_gate.command import BROKEN, INTERRUPTED, USAGE
from tickring_gate.endpoints import END_POINTS
from tickring_gate.errors import Broken, Refused
from tickring_gate.gate import Gate
from tickring_gate.machine import cpu_model
from tickring_gate.planted import Plant, PlantedBuild, PlantedGate, planted_build
from tickring_gate.rates import noise, rates

EFFECTS = (0.03, 0.05, 0.08, 0.10)
PLANTS = [Plant(point.name, effect) for point in END_POINTS for effect in EFFECTS]
MOST_GATES = 10_000


def main(argv: list[str]) -> int:
    """Runs what is missing until the budget is over; returns the exit status."""
    options = _parse(argv)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        records = list(calibration.read(options.calibration).records)
        missing = wanted(records, options.equal, options.planted, random.Random(options.seed))
        if missing:
            with planted_build(options.seed, say) as build:
                build.measure(say)
                _run(build, missing, records, options)
    except KeyboardInterrupt:
        say(f"interrupted; {options.calibration} has every gate that was over")
        return INTERRUPTED
    except Refused as refusal:
        say(str(refusal))
        return USAGE
    except (Broken, OSError) as failure:
        say(str(failure))
        return BROKEN
    print("\n".join(summary(records)))
    return 0


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = Parser(prog="calibrate", description=str(__doc__).splitlines()[0], allow_abbrev=False)
    add = parser.add_argument
    add("--equal", type=Count(0, MOST_GATES), default=20, help="gates of equal arms; default: 20")
    add("--planted", type=Count(0, MOST_GATES), default=10, help="of each plant; default: 10")
    add("--budget-s", type=Count(1, MAX_BUDGET_S), default=MAX_BUDGET_S, help="no gate after it")
    add("--seed", type=Count(0, MAX_SEED), help="of orders and paddings; default: random")
    add("--calibration", type=Path, default=CALIBRATION, help=f"default: {CALIBRATION}")
    add("--tickring", type=Path, default=Path(".venv/bin/tickring"), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    options.seed = a_seed(options.seed)
    options.tickring = command_at(parser, options.tickring)
    return options


def wanted(
    records: Sequence[Record], equal: int, planted: int, generator: random.Random
) -> list[Plant | None]:
    """What is missing to these numbers: equal arms first, since the margins follow from them and
    the plants are to be found with those; then the plants, the larger ones first, since their gates
    are over sooner, those of one size in random order."""
    have = Counter(_plant_of(record) for record in records if calibration.is_as_meant(record))
    plants = [plant for plant in PLANTS for _ in range(planted - have[plant])]
    generator.shuffle(plants)
    plants.sort(key=lambda plant: plant.effect, reverse=True)
    return [None] * max(0, equal - have[None]) + plants


def _plant_of(record: Record) -> Plant | None:
    told = record["planted"]
    return None if told is None else Plant(told["end_point"], told["effect"])


def _run(
    build: PlantedBuild,
    missing: Sequence[Plant | None],
    records: list[Record],
    options: argparse.Namespace,
) -> None:
    deadline_s = time.monotonic() + options.budget_s
    for number, plant in enumerate(missing, 1):
        if time.monotonic() > deadline_s:
            say(f"the budget is over, {len(missing) - number + 1} gates are missing")
            return
        told = f"{plant.end_point} {plant.effect:+.0%}" if plant else "equal arms"
        say(f"gate {number} of {len(missing)}: {told}")
        seed = a_seed(None)
        compared = PlantedGate(build, plant, seed)
        settings = {"budget_s": DEFAULT_BUDGET_S, "seed": seed}
        gate = Gate(argparse.Namespace(**{**vars(options), **settings}), compared, say)
        gate.run()
        records.append(_record(gate.result(), plant, compared))
        content = {
            "schema_version": calibration.SCHEMA_VERSION,
            "decision_sha256": calibration.decision_hash(),
            "rates": rates(records),
            "noise": noise(records),
            "gates": records,
        }
        files.write(content, options.calibration)
        say(f"gate {number} of {len(missing)}: {records[-1]['verdict']}")


def _record(result: Mapping[str, Any], plant: Plant | None, gate: PlantedGate) -> Record:
    told = None
    if plant is not None:
        told = {**dataclasses.asdict(plant), "steps": gate.steps, "delay_ns": gate.delay_ns}
    return {
        "planted": told,
        "started_utc": result["started_utc"],
        "commit": result["compared"]["candidate"],
        "cpu_model": cpu_model(),
        "elapsed_s": result["settings"]["elapsed_s"],
        "seed": result["settings"]["seed"],
        "verdict": result["verdict"],
        "reason": result["reason"],
        "dropped": [block["dropped"] for block in result["blocks"] if block["dropped"]],
        "end_points": {
            point["name"]: {
                "margin": point["margin"],
                "base_median": point["base_median"],
                "control": point["stages"][0]["control"],
                "effect": point["stages"][0]["effect"],
                "smallest_effect": point["stages"][0]["smallest_effect"],
                "kept": point["stages"][0]["kept"],
                "dropped": point["stages"][0]["dropped"],
                "states": [stage["state"] for stage in point["stages"]],
            }
            for point in result["end_points"]
        },
    }


def summary(records: Sequence[Record]) -> list[str]:
    """Rates with exact intervals, and how far base and control, of one source, are apart."""
    lines = [f"{'gates':24}{'n':>4}  {'FAIL':25}{'INCONCLUSIVE':25}"]
    for rate in rates(records):
        equal = rate["end_point"] is None
        told = "equal arms" if equal else f"{rate['end_point']} {rate['effect']:+.0%}"
        shares = [rate_text(rate[outcome]) for outcome in ("fail", "inconclusive")]
        lines.append(f"{told:24}{rate['gates']:4}  {shares[0]:25}{shares[1]:25}".rstrip())
    for entry in noise(records):
        shift, least = (entry[key]["value"] for key in ("shift_deviation", "smallest_effect"))
        if shift is not None and least is not None:
            lines.append(
                f"{entry['end_point']}: base and control apart by {shift:.2%}, "
                f"smallest effect {least:.1%} (median)"
            )
    return lines


def rate_text(rate: Mapping[str, Any]) -> str:
    """A count with the interval of its share."""
    return f"{rate['count']:3} ({rate['low']:.0%} to {rate['high']:.0%})"


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def say(line: str) -> None:
    """On standard error."""
    print(f"calibrate: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
