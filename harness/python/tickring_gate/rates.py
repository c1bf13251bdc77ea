# SPDX-License-Identifier: Apache-2.0
"""What the gates of a calibration found together: rates and deviations with 95 % intervals. Pure.

Rates have Clopper-Pearson's interval. The shift between base and control, both of one source, is
taken to be normal about 0 (chi-square); medians have the interval of their order statistics.
"""

import math
import statistics
from collections.abc import Sequence
from typing import Any

from scipy.stats import binom, binomtest, chi2, norm

from tickring_gate.calibration import Record, deviation, is_as_meant, planted_share
from tickring_gate.decision import NEEDED_SHARE, Outcome

CONFIDENCE = 0.95
# A spread is this quantile of the distances from the median; of a normal distribution, so many
# standard deviations.
SPREAD_DEVIATIONS = float(norm.ppf(NEEDED_SHARE))
Interval = tuple[float | None, float | None]


def rates(records: Sequence[Record]) -> list[dict[str, Any]]:
    """How often each kind of gate said what: equal arms, then plants by end point and size. A gate
    whose plant was not what it was to be is left out, whatever it said."""
    kinds: dict[tuple[str, float], list[Record]] = {}
    for record in filter(is_as_meant, records):
        plant = record["planted"] or {"end_point": "", "effect": 0.0}
        kinds.setdefault((plant["end_point"], plant["effect"]), []).append(record)
    return [_rate(*kind, kinds[kind]) for kind in sorted(kinds)]


def _rate(end_point: str, effect: float, own: Sequence[Record]) -> dict[str, Any]:
    entry: dict[str, Any] = {"end_point": end_point or None, "effect": effect, "gates": len(own)}
    for outcome in Outcome:
        count = sum(record["verdict"] == outcome.value for record in own)
        interval = binomtest(count, len(own)).proportion_ci(CONFIDENCE, method="exact")
        told = {"count": count, "low": float(interval.low), "high": float(interval.high)}
        entry[outcome.value.lower()] = told
    entry["elapsed_median_s"] = statistics.median(record["elapsed_s"] for record in own)
    shares = [planted_share(record) for record in own] if end_point else []
    entry["planted_share_median"] = _median([share for share in shares if share is not None])
    return entry


def noise(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Of each end point, in gates between equal arms: fractions, 0.02 is 2 %."""
    equal = [record["end_points"] for record in records if record["planted"] is None]
    names = dict.fromkeys(name for points in equal for name in points)
    return [_noise(name, [points[name] for points in equal if name in points]) for name in names]


def _noise(name: str, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shifts = [entry["control"] for entry in entries if entry["control"] is not None]
    least = [entry for entry in entries if entry["smallest_effect"] is not None]
    smallest = [entry["smallest_effect"] for entry in least]
    blocks = [
        (math.log1p(entry["smallest_effect"]) - math.log1p(entry["margin"])) / SPREAD_DEVIATIONS
        for entry in least
    ]
    return {
        "end_point": name,
        "gates": len(entries),
        "shift_deviation": _told(deviation(shifts) if shifts else None, _of_shifts(shifts)),
        "block_deviation": _told(_median(blocks), _of_median(blocks)),
        "smallest_effect": _told(_median(smallest), _of_median(smallest)),
    }


def _told(value: float | None, interval: Interval) -> dict[str, float | None]:
    return {"value": value, "low": interval[0], "high": interval[1]}


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _of_shifts(shifts: Sequence[float]) -> Interval:
    if not shifts:
        return None, None
    total = sum(shift * shift for shift in shifts)
    tails = ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2)
    low, high = (math.sqrt(total / float(chi2.ppf(share, len(shifts)))) for share in tails)
    return low, high


def _of_median(values: Sequence[float]) -> Interval:
    """None where there are too few for that confidence."""
    ordered = sorted(values)
    rank = int(binom.ppf((1 - CONFIDENCE) / 2, len(ordered), 0.5))
    if not ordered or rank == 0:
        return None, None
    return ordered[rank - 1], ordered[-rank]
