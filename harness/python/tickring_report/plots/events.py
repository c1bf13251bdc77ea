# SPDX-License-Identifier: Apache-2.0
"""What happened during a run, as strips beneath its latencies on the same axis of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..causes import words_of
from ..material import Material

Places = list[tuple[float, float]]  # seconds, value
Levels = list[tuple[float, float, float]]  # from s, to s, value
SIDES, KINDS = ("producer", "consumer"), ("involuntary", "voluntary")


@dataclass(frozen=True)
class Strip:
    """Points by what they are, or levels that hold for a while."""

    label: str
    words: str
    quantity: str  # what its values are, with the unit, as in a CSV
    series: dict[str, Places] = field(default_factory=dict)  # by cause
    levels: dict[str, Levels] = field(default_factory=dict)  # by name
    is_time: bool = True  # values are times in ns, else counts from 0


def strips_of(material: Material) -> tuple[list[Strip], list[str]]:
    """Those that the run has data for, and a sentence for each that it has not."""
    strips, absent = [], []
    for path, what, make in STRIPS:
        value = material.get(path)
        if value is None:
            absent.append(f"No {what}: {material.why_not(path)}.")
            continue
        strip = make(value)
        if strip.series or strip.levels:
            strips.append(strip)
    return strips, absent


def _spikes(spikes: dict) -> Strip:
    series: dict[str, Places] = {}
    for spike in spikes.get("list") or []:
        series.setdefault(spike["cause"], []).append((spike["from_s"], spike["worst_ns"]))
    shares = [
        f"{words_of(cause['cause'])} {100 * cause['share_of_time']:.0f} %"
        for cause in spikes.get("causes") or []
    ]
    told = f" Of the time beyond the threshold: {', '.join(shares)}." if shares else ""
    return Strip(
        "worst of\na spike",
        f"Beneath: each stretch of late messages, by its cause.{told}",
        "spike_worst_ns",
        series=dict(sorted(series.items())),
    )


def _steal(course: list[dict]) -> Strip:
    levels = _levels(course, "steal_ms")
    total_ms = sum(value for _, _, value in levels)
    return Strip(
        "stolen\n(ms)",
        f"Stolen: time that the host gave to others, {total_ms:g} ms in all that it told of.",
        "steal_ms",
        levels={"stolen": levels} if levels else {},
        is_time=False,
    )


def _switches(course: list[dict]) -> Strip:
    levels = {
        f"{side}, {kind}": _levels(course, f"{side}_{kind}_switches")
        for side in SIDES
        for kind in KINDS
    }
    return Strip(
        "switches\nper look",
        "Switches: how often a side left its CPU between two looks, each a line; involuntary: it "
        "was taken away.",
        "switches",
        levels={name: found for name, found in levels.items() if found},
        is_time=False,
    )


def _levels(course: list[dict], key: str) -> Levels:
    return [
        (part["from_s"], part["to_s"], part[key]) for part in course if part.get(key) is not None
    ]


def _regimes(regimes: list[dict]) -> Strip:
    levels = _levels(regimes, "core_to_core_rtt_ns")
    return Strip(
        "round trip",
        "Round trip: of a bare cache line; it tells how far apart the two CPUs are.",
        "core_to_core_rtt_ns",
        levels={"round trip": levels} if levels else {},
    )


STRIPS: tuple[tuple[str, str, Callable[[Any], Strip]], ...] = (
    ("spikes", "spikes by cause", _spikes),
    ("course", "stolen time", _steal),
    ("course", "switches", _switches),
    ("regimes", "placement regimes", _regimes),
)
