# SPDX-License-Identifier: Apache-2.0
"""What plain and instrumented slices of one scenario say together. Pure."""

import statistics
from collections.abc import Sequence
from typing import Any

from tickring_series.slices import Slice

PARTS = ("stamp_to_commit", "commit_to_publish", "publish_to_seen", "seen_to_read")
TOLERATED_FRACTION, TOLERATED_NS = 0.03, 30.0
TRIMMED = 0.2  # at either end


def trimmed_mean(values: Sequence[float]) -> float:
    """Without the smallest and the largest fifth; of four values or fewer nothing is left out."""
    ordered = sorted(values)
    out = int(len(ordered) * TRIMMED)
    return statistics.fmean(ordered[out : len(ordered) - out])


def differences(slices: Sequence[Slice]) -> list[float]:
    """Of each block that was measured whole and in one regime: instrumented minus plain, ns."""
    found = []
    for block in sorted({kept["block"] for kept in slices}):
        own = [kept for kept in slices if kept["block"] == block]
        regimes = {kept["regime"] for kept in own}
        is_whole = all(kept["outcome"] == "measured" for kept in own)
        if is_whole and len(regimes) == 1 and None not in regimes:
            found.append(_mean(own, instrumented=True) - _mean(own, instrumented=False))
    return found


def _mean(slices: Sequence[Slice], *, instrumented: bool) -> float:
    return statistics.fmean(
        kept["steady_mean_ns"] for kept in slices if kept["instrumented"] is instrumented
    )


def of_scenario(name: str, slices: Sequence[Slice]) -> dict[str, Any]:
    """The row of one scenario; null where there was nothing to take it from."""
    measured = [kept for kept in slices if kept["outcome"] == "measured"]
    traced = [kept for kept in measured if kept["instrumented"]]
    plain = [kept["steady_mean_ns"] for kept in measured if not kept["instrumented"]]
    deltas = differences(slices)
    row: dict[str, Any] = {
        "scenario": name,
        "aborted_slices": len(slices) - len(measured),
        "blocks_compared": len(deltas),
        "parts_ns": {part: statistics.median(k["parts_ns"][part] for k in traced) for part in PARTS}
        if traced
        else None,
        "sum_error_fraction": max((abs(k["sum_error_fraction"]) for k in traced), default=None),
    }
    row |= dict.fromkeys(("plain_ns", "added_ns", "stated_ns", "tolerated_ns", "agrees"))
    if not deltas or not plain:
        return row | {"agrees_reason": "no block was measured whole and in one regime"}
    row["plain_ns"] = trimmed_mean(plain)
    row["added_ns"] = trimmed_mean(deltas)
    row["stated_ns"] = statistics.median(k["stated_cost_ns"] for k in traced)
    row["tolerated_ns"] = max(TOLERATED_FRACTION * row["plain_ns"], TOLERATED_NS)
    row["agrees"] = abs(row["added_ns"] - row["stated_ns"]) <= row["tolerated_ns"]
    return row
