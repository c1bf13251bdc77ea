# SPDX-License-Identifier: Apache-2.0
"""The runs: those that are predicted, and those that the predictions are made from."""

import dataclasses
import random
from collections.abc import Sequence

TRANSPORT, READING, PREDICTED = "transport", "reading", "predicted"
READING_BATCH = 32  # of the runs that tell the reading time
MOST_RATE_PER_S = 1_000_000_000
MOST_BATCH = 2**32 - 1


@dataclasses.dataclass(frozen=True, order=True)
class Work:
    """One kind of run, visited once in each repeat."""

    rate_per_s: int
    kind: str
    batch: int

    @property
    def text(self) -> str:
        """For a line of progress."""
        return f"{self.kind}, {self.rate_per_s:,} per second, batch {self.batch}"

    def flags(self) -> list[str]:
        """Of `tickring run`."""
        flags = ["--rate", str(self.rate_per_s), "--publish-every", str(self.batch)]
        return flags + (["--stamp", "none"] if self.kind == READING else [])


def works(rates_per_s: Sequence[int], batches: Sequence[int]) -> list[Work]:
    """For each rate a run that tells the transport, one that tells the reading time, and the
    predicted ones: the one with batch 1 is not the one that told the transport."""
    return [
        work
        for rate in rates_per_s
        for work in (
            Work(rate, TRANSPORT, 1),
            Work(rate, READING, READING_BATCH),
            *(Work(rate, PREDICTED, batch) for batch in batches),
        )
    ]


def order_of(every: Sequence[Work], repeat: int, seed: int) -> list[Work]:
    """Each once, in an order that the seed and the number of the repeat decide."""
    return random.Random(f"{seed}/{repeat}").sample(list(every), len(every))


def predicted_mean_ns(batch: int, rate_per_s: int, transport_ns: float, reading_ns: float) -> float:
    """The residency model: half a batch is yet to be sent after a message, half of one is read
    before it, and then comes the transport."""
    return (batch - 1) / 2 * (1e9 / rate_per_s + reading_ns) + transport_ns
