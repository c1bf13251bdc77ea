# SPDX-License-Identifier: Apache-2.0
"""Slices: what is kept of the runs of a series, and in which placement regime each was."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tickring_series.regimes import Regime, find_regimes, regime_of
from tickring_series.running import REFUSED, Outcome
from tickring_series.statistics import summarise

Slice = dict[str, Any]
UNKNOWN_REGIME = "unknown"
PROBES = ("probe_before_ns", "probe_after_ns")
FAULTS = ("lost", "duplicated", "torn")
Place = tuple[str, str]  # of a value in result.json
# What tells whether a slice is intact; key of a slice: where it is in result.json.
COUNTS: dict[str, Place] = {
    "messages_sent": ("producer", "messages_sent"),
    "messages_received": ("consumer", "messages_received"),
    "backpressure_count": ("producer", "backpressure_count"),
    **{fault: ("consumer", fault) for fault in FAULTS},
}
# The same in every series.
LATENCIES: dict[str, Place] = {
    "p50_ns": ("latency_ns", "p50"),
    "p99_ns": ("latency_ns", "p99"),
    "intended_p50_ns": ("intended_latency_ns", "p50"),
    "intended_p99_ns": ("intended_latency_ns", "p99"),
}


def look_up(result: dict[str, Any], path: Place) -> Any:  # noqa: ANN401 - as JSON has it
    """None where the section is null or the key is not there."""
    return (result.get(path[0]) or {}).get(path[1])


def of_run(outcome: Outcome, figures: Mapping[str, Place]) -> Slice:
    """What happened to a run, and its figures where it was whole; its regime is not known yet."""
    if not outcome.is_whole:
        happened = "refused" if outcome.status == REFUSED else "aborted"
        return {"outcome": happened, "reason": outcome.words or f"exit status {outcome.status}"}
    result = outcome.result or {}
    pinned = all(look_up(result, (side, "pinned")) for side in ("producer", "consumer"))
    found = {key: look_up(result, place) for key, place in figures.items()}
    return {"outcome": "measured", "pinned": pinned, **found}


def is_intact(kept: Slice) -> bool:
    """Whether everything that was sent was received once and whole."""
    if kept["messages_sent"] != kept["messages_received"]:
        return False
    return not any(kept[fault] for fault in FAULTS)


def assign_regimes(slices: Iterable[Slice]) -> list[Regime]:
    """Notes the regime of each slice from its two probes; null where it changed on the way or a
    probe failed. Where nothing was probed: unknown."""
    every = list(slices)
    ends = [kept[key] for kept in every for key in PROBES if key in kept]
    regimes = find_regimes([rtt_ns for rtt_ns in ends if rtt_ns is not None])
    for kept in every:
        before_ns, after_ns = (kept.get(key) for key in PROBES)
        if PROBES[0] not in kept:
            kept["regime"] = UNKNOWN_REGIME
        elif before_ns is None or after_ns is None:
            kept["regime"] = None
        else:
            kept["regime"] = regime_of(regimes, before_ns, after_ns)
    return regimes


def main_regime(slices: Iterable[Slice]) -> str | None:
    """The one with the most measured slices."""
    counts = Counter(s["regime"] for s in slices if s["outcome"] == "measured" and s["regime"])
    return counts.most_common(1)[0][0] if counts else None


def regime_entries(regimes: Sequence[Regime], slices: Sequence[Slice]) -> list[dict[str, Any]]:
    """What the probes saw, and how many slices lie in it."""
    counts = Counter(s["regime"] for s in slices if s["outcome"] == "measured")
    return [
        {
            "name": regime.name,
            "core_to_core_rtt_ns": dataclasses.asdict(found),
            "slices": counts[regime.name],
        }
        for regime in regimes
        if (found := summarise(regime.rtt_ns))
    ]
