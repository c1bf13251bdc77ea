# SPDX-License-Identifier: Apache-2.0
"""The percentiles of a result, each with the number of messages that lie beyond it."""

import math
from dataclasses import dataclass
from typing import Any

FEW = 100  # of so many messages beyond it a percentile says little
PERCENTILES = (50, 90, 99, 99.9, 99.99, 99.999)


@dataclass(frozen=True)
class Tail:
    """One percentile; 100 is the largest value."""

    percentile: float
    latency_ns: float
    beyond: int  # messages

    @property
    def is_sure(self) -> bool:
        """Whether enough messages lie beyond it."""
        return self.beyond >= FEW

    @property
    def title(self) -> str:
        """As people call it."""
        return "largest" if self.percentile == 100 else f"p{self.percentile:g}"


def tail_of(latency_ns: dict[str, Any] | None) -> list[Tail]:
    """The percentiles that a part of the result has, rising."""
    if latency_ns is None:
        return []
    count = latency_ns.get("count", 0)
    tails = []
    for percentile in (*PERCENTILES, 100):
        key = "max" if percentile == 100 else f"p{percentile:g}".replace(".", "_")
        if latency_ns.get(key) is not None:
            # Counted in whole messages: 100 - 99.9 is no round number in binary.
            beyond = math.floor(count * (100 - percentile) / 100 + 1e-6)
            tails.append(Tail(percentile, latency_ns[key], beyond))
    return tails
