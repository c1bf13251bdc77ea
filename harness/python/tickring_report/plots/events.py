# SPDX-License-Identifier: Apache-2.0
"""What happened during a run, as strips beneath its latencies on the same axis of time."""

from dataclasses import dataclass, field

from ..causes import words_of
from ..material import Material

Places = list[tuple[float, float]]  # seconds, value


@dataclass(frozen=True)
class Strip:
    """Points by what they are, or levels that hold for a while; the values are times in ns."""

    label: str
    words: str
    series: dict[str, Places] = field(default_factory=dict)  # by cause
    levels: list[tuple[float, float, float]] = field(default_factory=list)  # from s, to s, value


def strips_of(material: Material) -> tuple[list[Strip], list[str]]:
    """Those that the run has data for, and a sentence for each that it has not."""
    strips, absent = [], []
    for path, what, make in (
        ("spikes", "spikes by cause", _spikes),
        ("regimes", "placement regimes", _regimes),
    ):
        if material.get(path):
            strips.append(make(material.get(path)))
        elif material.get(path) is None:
            absent.append(f"No {what}: {material.why_not(path)}.")
    return [strip for strip in strips if strip.series or strip.levels], absent


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
        series=dict(sorted(series.items())),
    )


def _regimes(regimes: list[dict]) -> Strip:
    levels = [
        (regime["from_s"], regime["to_s"], regime["core_to_core_rtt_ns"])
        for regime in regimes
        if regime.get("core_to_core_rtt_ns") is not None
    ]
    return Strip(
        "round trip",
        "The round trip of a bare cache line tells how far apart the two CPUs are.",
        levels=levels,
    )
