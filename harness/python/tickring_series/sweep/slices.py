# SPDX-License-Identifier: Apache-2.0
"""What is kept of a run of a point, in the form in which sweep.json has it."""

from typing import Any

from tickring_series.running import REFUSED, Outcome
from tickring_series.slices import look_up
from tickring_series.sweep.plan import Point

FAULTS = ("lost", "duplicated", "torn")
# Key of a slice: where it is in result.json.
FIGURES = {
    "throughput_per_s": ("consumer", "throughput_per_s"),
    "p50_ns": ("latency_ns", "p50"),
    "p99_ns": ("latency_ns", "p99"),
    "intended_p50_ns": ("intended_latency_ns", "p50"),
    "intended_p99_ns": ("intended_latency_ns", "p99"),
    "achieved_per_s": ("producer", "achieved_rate_per_s"),
    "messages_sent": ("producer", "messages_sent"),
    "messages_received": ("consumer", "messages_received"),
    "backpressure_count": ("producer", "backpressure_count"),
    **{fault: ("consumer", fault) for fault in FAULTS},
}


def make(point: Point, repeat: int, position: int, outcome: Outcome) -> dict[str, Any]:
    """The slice of a point; `position` in its repeat; its regime is not known yet."""
    kept: dict[str, Any] = {"axis": point.axis, "value": point.value}
    kept |= {"repeat": repeat, "position": position}
    if not outcome.is_whole:
        kept["outcome"] = "refused" if outcome.status == REFUSED else "aborted"
        kept["reason"] = outcome.words or f"exit status {outcome.status}"
        return kept
    result = outcome.result or {}
    kept["outcome"] = "measured"
    kept["pinned"] = all(look_up(result, (side, "pinned")) for side in ("producer", "consumer"))
    kept |= {key: look_up(result, path) for key, path in FIGURES.items()}
    throughput = kept["throughput_per_s"]
    kept["ns_per_message"] = 1e9 / throughput if throughput else None
    return kept


def is_intact(kept: dict[str, Any]) -> bool:
    """Whether everything that was sent was received once and whole."""
    if kept["messages_sent"] != kept["messages_received"]:
        return False
    return not any(kept[fault] for fault in FAULTS)
