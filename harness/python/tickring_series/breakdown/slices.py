# SPDX-License-Identifier: Apache-2.0
"""What is kept of a plain or an instrumented run. Pure."""

from typing import Any

from tickring_series.breakdown.summary import PARTS
from tickring_series.running import Outcome
from tickring_series.slices import Slice, look_up


def make(scenario: str, block: int, instrumented: bool, outcome: Outcome) -> Slice:
    """The slice; its regime is not known yet."""
    kept: Slice = {"scenario": scenario, "block": block, "instrumented": instrumented}
    result = outcome.result or {}
    steady_ns = look_up(result, ("windows", "steady_mean_ns"))
    if not outcome.is_whole or steady_ns is None:
        why = outcome.words or "the run has no steady mean"
        return kept | {"outcome": "aborted", "reason": why}
    kept |= {"outcome": "measured", "steady_mean_ns": steady_ns}
    return _with_parts(kept, result) if instrumented else kept


def _with_parts(kept: Slice, result: dict[str, Any]) -> Slice:
    found = result.get("breakdown_ns")
    stated_ns = found["instruments"]["stated_cost_ns"] if found else None
    if stated_ns is None:
        why = result.get("breakdown_ns_reason", "the cost of the instruments is not known")
        return kept | {"outcome": "aborted", "reason": why}
    return kept | {
        "parts_ns": {part: found[part]["mean"] for part in PARTS},
        "sum_error_fraction": found["sum_error_fraction"],
        "stated_cost_ns": stated_ns,
    }
