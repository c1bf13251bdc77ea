# SPDX-License-Identifier: Apache-2.0
"""What the slices of a point say together: the points of sweep.json."""

from collections.abc import Sequence
from typing import Any

from scipy.stats import trim_mean

from tickring_series.files import put
from tickring_series.slices import COUNTS, Slice, is_intact
from tickring_series.statistics import summarise
from tickring_series.sweep.plan import COUNT, RATE, Point

HELD_WITHIN = 0.01  # of the offered rate
TRIM = 0.2  # of the runs of a count at each end
STRETCH = "median_stretch_ns_per_message"
NOT_TOLD = "result.json does not tell it"


def of_point(
    point: Point, slices: Sequence[Slice], regime: str | None, why_none: str
) -> dict[str, Any]:
    """slices: of this point; regime: the one that figures are from, unless no slice lies in it;
    why_none: the reason when there are no slices."""
    measured = [kept for kept in slices if kept["outcome"] == "measured"]
    own = [kept for kept in measured if kept["regime"] == regime]
    outcome, why = _outcome(slices, measured, why_none)
    entry: dict[str, Any] = {"value": point.value, "outcome": outcome}
    if why is not None:
        entry["reason"] = why
    entry |= {
        "measured_runs": len(measured),
        "aborted_runs": len(slices) - len(measured),
        "runs_with_faults": sum(not is_intact(kept) for kept in measured),
        "slices_in_main_regime": len(own),
        "is_in_main_regime": bool(own),
        **{key: sum(kept[key] or 0 for kept in measured) for key in COUNTS},
    }
    return entry | _figures(point, own or measured, why or NOT_TOLD)


def _outcome(
    slices: Sequence[Slice], measured: Sequence[Slice], why_none: str
) -> tuple[str, str | None]:
    if measured:
        return "measured", None
    if not slices:
        return "left_out", why_none
    return slices[0]["outcome"], slices[0]["reason"]


def _figures(point: Point, own: Sequence[Slice], why: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for key in ("ns_per_message", "throughput_per_s"):
        put(figures, key, _summary(own, key), why)
    for key, prefix in (("latency_ns", ""), ("intended_latency_ns", "intended_")):
        percentiles = {p: _summary(own, f"{prefix}{p}_ns") for p in ("p50", "p99")}
        there = percentiles if all(percentiles.values()) else None
        put(figures, key, there, why if not own else "closed loop, or no stamp")
    if point.axis == COUNT:
        put(figures, "trimmed_mean_ns_per_message", _trimmed_mean_ns(own), why)
    if point.axis == RATE:
        figures |= _rates(own, why)
    return figures


def _rates(own: Sequence[Slice], why: str) -> dict[str, Any]:
    rates: dict[str, Any] = {}
    achieved = _summary(own, "achieved_per_s")
    put(rates, "offered_per_s", own[0]["offered_per_s"] if own else None, why)
    put(rates, "achieved_per_s", achieved, why)
    held = None
    if achieved:
        held = abs(achieved["median"] / rates["offered_per_s"] - 1) <= HELD_WITHIN
    put(rates, "is_rate_held", held, why)
    return rates


def _summary(own: Sequence[Slice], figure: str) -> dict[str, Any] | None:
    """Median, least and largest, and of how many runs."""
    found = summarise([kept[figure] for kept in own if kept[figure] is not None])
    if found is None:
        return None
    return {"count": found.count, "median": found.median, "min": found.min, "max": found.max}


def _trimmed_mean_ns(own: Sequence[Slice]) -> float | None:
    """Of the median stretch of each run: a long run is in all that the machine goes through, a
    short one in a part of it, so that means over whole runs could not be compared."""
    found = [kept[STRETCH] for kept in own if kept[STRETCH] is not None]
    return float(trim_mean(found, TRIM)) if found else None


def flatness(points: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The largest trimmed mean of the cost of a message over the smallest; None: fewer than two
    points have one."""
    told = [point for point in points if point["trimmed_mean_ns_per_message"]]
    costs = [(point["trimmed_mean_ns_per_message"], point["value"]) for point in told]
    if len(costs) < 2:
        return None
    (least_ns, least_at), (most_ns, most_at) = min(costs), max(costs)
    return {
        "ratio": most_ns / least_ns,
        "smallest_at": least_at,
        "largest_at": most_at,
        "is_in_main_regime": all(point["is_in_main_regime"] for point in told),
    }
