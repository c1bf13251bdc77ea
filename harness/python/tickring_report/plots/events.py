# SPDX-License-Identifier: Apache-2.0
"""What happened during a run, as strips beneath its latencies on the same axis of time."""

from dataclasses import dataclass, field

from ..material import Material


@dataclass(frozen=True)
class Strip:
    """Points by what they are, or levels that hold for a while."""

    label: str
    words: str
    series: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # s, value
    levels: list[tuple[float, float, float]] = field(default_factory=list)  # from s, to s, value
    is_log: bool = False


def strips_of(material: Material) -> tuple[list[Strip], list[str]]:
    """Those that the run has data for, and a sentence for each that it has not."""
    strips, absent = [], []
    regimes = material.get("regimes")
    if regimes:
        strips.append(_regimes(regimes))
    else:
        absent.append(f"No placement regimes: {material.why_not('regimes')}.")
    if not material.get("spikes"):
        absent.append(f"No spikes by cause: {material.why_not('spikes')}.")
    return strips, absent


def _regimes(regimes: list[dict]) -> Strip:
    levels = [
        (regime["from_s"], regime["to_s"], regime["core_to_core_rtt_ns"])
        for regime in regimes
        if regime.get("core_to_core_rtt_ns") is not None
    ]
    return Strip(
        "round trip",
        "Beneath: the round trip of a bare cache line, which tells how far apart the two CPUs are.",
        levels=levels,
        is_log=True,
    )
