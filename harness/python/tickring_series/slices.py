# SPDX-License-Identifier: Apache-2.0
"""Slices: what is kept of the runs of a series, and in which placement regime each was."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tickring_series.regimes import Regime, find_regimes, regime_of
from tickring_series.statistics import summarise

Slice = dict[str, Any]
UNKNOWN_REGIME = "unknown"
PROBES = ("probe_before_ns", "probe_after_ns")


def look_up(result: dict[str, Any], path: tuple[str, str]) -> Any:  # noqa: ANN401 - as JSON has it
    """None where the section is null or the key is not there."""
    return (result.get(path[0]) or {}).get(path[1])


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
