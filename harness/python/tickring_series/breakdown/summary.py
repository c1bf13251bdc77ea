# SPDX-License-Identifier: Apache-2.0
"""What the instrumented runs of one scenario say together. Pure."""

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


def of_scenario(name: str, slices: Sequence[Slice], regime: str | None) -> dict[str, Any]:
    """The row of one scenario within a regime; null where there was nothing to take it from."""
    all_of_it = [kept for kept in slices if kept["scenario"] == name]
    measured = [kept for kept in all_of_it if kept["outcome"] == "measured"]
    own = [kept for kept in measured if kept["regime"] == regime]
    row: dict[str, Any] = {
        "scenario": name,
        "aborted_slices": len(all_of_it) - len(measured),
        "slices_in_main_regime": len(own),
    }
    if not own:
        keys = ("parts_ns", "sum_error_fraction", "plain_ns", "added_ns", "stated_ns")
        row |= dict.fromkeys((*keys, "tolerated_ns", "agrees"))
        return row | {"agrees_reason": "no run was measured whole and in the main regime"}
    row["parts_ns"] = {part: statistics.median(k["parts_ns"][part] for k in own) for part in PARTS}
    row["sum_error_fraction"] = max((k["sum_error_fraction"] for k in own), key=abs)
    row["plain_ns"] = trimmed_mean([k["plain_mean_ns"] for k in own])
    row["added_ns"] = trimmed_mean([k["added_ns"] for k in own])
    row["stated_ns"] = statistics.median(k["stated_cost_ns"] for k in own)
    row["tolerated_ns"] = max(TOLERATED_FRACTION * row["plain_ns"], TOLERATED_NS)
    row["agrees"] = abs(row["added_ns"] - row["stated_ns"]) <= row["tolerated_ns"]
    return row
