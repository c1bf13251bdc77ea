# SPDX-License-Identifier: Apache-2.0
"""What the slices say together: the rows of peers.json."""

from collections.abc import Iterable, Sequence
from typing import Any

from tickring_series.files import put
from tickring_series.peers.plan import BARE_LINES, BASELINES, ROUND_TRIP, Row
from tickring_series.slices import COUNTS, Slice, is_intact
from tickring_series.statistics import summarise

HELD_AGAINST = ("tachyon ", "cacheline", BARE_LINES)  # how the names of such rows begin
MARKS = ("guarantee", "size", "waiting", "build", "stamp_from")
RATIOS = {
    "throughput": "throughput_per_s",
    "p50": "p50_ns",
    "intended_p50": "intended_p50_ns",
    "round_trip": "round_trip_ns",
}
NOT_MEASURED = "no slice of this row was measured in the main regime"


def pick_baseline(slices: Iterable[Slice]) -> str | None:
    """The name of the rows that the others are held against."""
    measured = {s["row"].partition("/")[2] for s in slices if s["outcome"] == "measured"}
    return next((name for name in BASELINES if name in measured), None)


def ratio(own: Sequence[Slice], other: Sequence[Slice], figure: str) -> dict[str, Any] | None:
    """Of each repeat in which both were measured, and these together."""
    by_repeat = {kept["repeat"]: kept[figure] for kept in other}
    pairs = [(kept[figure], by_repeat.get(kept["repeat"])) for kept in own]
    found = summarise([a / b for a, b in pairs if a is not None and b])
    return found.as_json() if found else None


class Summaries:
    """Of all rows within one regime."""

    def __init__(self, slices: Sequence[Slice], regime: str | None, baseline: str | None) -> None:
        """The slices have their regime."""
        self._baseline = baseline
        self._all: dict[str, list[Slice]] = {}
        for kept in slices:
            self._all.setdefault(kept["row"], []).append(kept)
        self._own = {
            row: [s for s in own if s["outcome"] == "measured" and s["regime"] == regime]
            for row, own in self._all.items()
        }

    def of(self, row: Row, unavailable: str | None) -> dict[str, Any]:
        """The row as peers.json has it; unavailable: the reason, when it could not be tried."""
        entry = {
            key: getattr(row, key)
            for key in ("name", "mode", "transport", "api", "producer", "consumer", "scenario")
        }
        entry |= {key: getattr(row, key) for key in MARKS}
        every = self._all.get(row.key, [])
        refused = next((s["reason"] for s in every if s["outcome"] == "refused"), None)
        reason = unavailable or refused
        entry["available"] = reason is None
        if reason is not None:
            entry["reason"] = reason
        aborted = [s["reason"] for s in every if s["outcome"] == "aborted"]
        entry["aborted_runs"] = len(aborted)
        entry["abort_reasons"] = sorted(set(aborted))
        entry |= _counts([s for s in every if s["outcome"] == "measured"])
        return entry | self._figures(row, reason)

    def _figures(self, row: Row, reason: str | None) -> dict[str, Any]:
        own = self._own.get(row.key, [])
        why = f"not available: {reason}" if reason else NOT_MEASURED
        figures: dict[str, Any] = {"slices_in_main_regime": len(own)}
        put(figures, "throughput_per_s", _summary(own, "throughput_per_s"), why)
        put(figures, "sent_per_s", _summary(own, "sent_per_s"), why)
        for key, prefix in (("latency_ns", ""), ("intended_latency_ns", "intended_")):
            percentiles = {p: _summary(own, f"{prefix}{p}_ns") for p in ("p50", "p99")}
            there = percentiles if percentiles["p50"] else None
            put(figures, key, there, why if not own else "this mode has none")
        round_trip = _summary(own, "round_trip_ns")
        put(figures, "round_trip_ns", round_trip, why if row.mode == ROUND_TRIP else "one way")
        return figures | self._ratios(row, own, why)

    def _ratios(self, row: Row, own: Sequence[Slice], why: str) -> dict[str, Any]:
        """To the baseline, to each other row of the same mode and transport as it, and to what is
        there without any ring."""
        result: dict[str, Any] = {}
        to = self._ratio_to(f"{row.mode}/{self._baseline}", own)
        put(result, "ratio", to, "the baseline was not measured beside this row" if own else why)
        others = [
            key
            for key in self._own
            if key.startswith(tuple(f"{row.mode}/{prefix}" for prefix in HELD_AGAINST))
        ]
        result["other_ratios"] = {
            key.partition("/")[2]: found for key in others if (found := self._ratio_to(key, own))
        }
        return result

    def _ratio_to(self, key: str, own: Sequence[Slice]) -> dict[str, Any] | None:
        other = self._own.get(key, [])
        found = {name: ratio(own, other, figure) for name, figure in RATIOS.items()}
        found = {name: value for name, value in found.items() if value is not None}
        return found or None


def _summary(own: Sequence[Slice], figure: str) -> dict[str, Any] | None:
    found = summarise([s[figure] for s in own if s[figure] is not None])
    return found.as_json() if found else None


def _counts(measured: Sequence[Slice]) -> dict[str, Any]:
    """Over all slices, whatever their regime."""
    totals: dict[str, Any] = {key: sum(s[key] or 0 for s in measured) for key in COUNTS}
    broken = [s for s in measured if not is_intact(s)]
    return totals | {
        "measured_runs": len(measured),
        "runs_with_faults": len(broken),
        "pinned": all(s["pinned"] for s in measured) if measured else None,
    }
