# SPDX-License-Identifier: Apache-2.0
"""Which spikes were named after what was planted. Pure."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

NO_SPIKE = "no_spike"


@dataclasses.dataclass(frozen=True)
class Planting:
    """A cause put into a run on purpose; seconds from the start of its schedule."""

    cause: str
    from_s: float
    to_s: float


def named(planting: Planting, spikes: Sequence[dict[str, Any]]) -> str:
    """The cause of the spike that shares most time with a planting; spikes are those of one run,
    `spikes.list` of its result."""
    shares = {
        (min(planting.to_s, end_s(spike)) - max(planting.from_s, sent_s(spike))): spike["cause"]
        for spike in spikes
    }
    most = max(shares, default=0.0)
    return shares[most] if most > 0 else NO_SPIKE


def sent_s(spike: dict[str, Any]) -> float:
    """When the first of its messages was sent, at the latest."""
    return min(spike["from_s"], end_s(spike) - spike["worst_ns"] * 1e-9)


def end_s(spike: dict[str, Any]) -> float:
    """When the last of its messages was read."""
    return spike["from_s"] + spike["length_ns"] * 1e-9


def unplanted(
    plantings: Sequence[Planting], spikes: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The spikes that share no time with any planting."""
    return [
        spike
        for spike in spikes
        if not any(p.from_s < end_s(spike) and sent_s(spike) < p.to_s for p in plantings)
    ]


def confusion(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Counts by what was planted and what was named, from (planted, named)."""
    rows: dict[str, Counter[str]] = {}
    for planted, found in pairs:
        rows.setdefault(planted, Counter())[found] += 1
    return {planted: dict(row.most_common()) for planted, row in rows.items()}
