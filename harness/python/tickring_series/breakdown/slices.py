# SPDX-License-Identifier: Apache-2.0
"""What is kept of an instrumented run. Pure."""

from typing import Any

from tickring_series.breakdown.summary import PARTS
from tickring_series.running import Outcome
from tickring_series.slices import Slice

COSTS = ("stated_cost_ns", "plain_mean_ns", "added_ns")  # of the instruments


def make(scenario: str, repeat: int, outcome: Outcome) -> Slice:
    """The slice; its regime is not known yet."""
    kept: Slice = {"scenario": scenario, "repeat": repeat}
    result = outcome.result or {}
    found = result.get("breakdown_ns")
    if not outcome.is_whole or found is None:
        why = outcome.words if not outcome.is_whole else result.get("breakdown_ns_reason", "")
        return kept | {"outcome": "aborted", "reason": why}
    why = _missing(found["instruments"])
    if why is not None:
        return kept | {"outcome": "aborted", "reason": why}
    return kept | {
        "outcome": "measured",
        "parts_ns": {part: found[part]["mean"] for part in PARTS},
        "sum_error_fraction": found["sum_error_fraction"],
        **{key: found["instruments"][key] for key in COSTS},
    }


def _missing(instruments: dict[str, Any]) -> str | None:
    reasons = (instruments.get(f"{key}_reason") for key in COSTS if instruments[key] is None)
    return next(reasons, None)
