# SPDX-License-Identifier: Apache-2.0
"""What the mean latency is made of by the model: waiting for company, being read, transport."""

from dataclasses import dataclass

from .material import Material


@dataclass(frozen=True)
class Model:
    """The parts of the predicted mean of one run, and what was measured."""

    batch: float  # messages that are published together
    period_ns: float  # from one message to the next
    reading_ns: float | None  # for a message, while those behind it wait
    transport_ns: float | None
    measured_ns: float | None

    @property
    def waiting_ns(self) -> float:
        """On average, for those that are published with it."""
        return (self.batch - 1) / 2 * self.period_ns

    @property
    def queue_ns(self) -> float | None:
        """On average, for those that are read before it."""
        return None if self.reading_ns is None else (self.batch - 1) / 2 * self.reading_ns

    @property
    def is_whole(self) -> bool:
        """Whether every part is known."""
        return self.reading_ns is not None and self.transport_ns is not None

    def at(self, position: int) -> float | None:
        """The predicted latency at a position in the batch, the first is 0."""
        if not self.is_whole:
            return None
        waiting = (self.batch - 1 - position) * self.period_ns
        return waiting + position * self.reading_ns + self.transport_ns


def model_of(material: Material) -> Model | None:
    """The model of a run; nothing where it was not sampled or publishes each message at once."""
    batch = material.get("residency.effective_batch")
    period_ns = material.get("residency.period_ns")
    if batch is None or period_ns is None or batch < 2:
        return None
    return Model(
        batch,
        period_ns,
        material.get("residency.predicted_from.reading_ns"),
        material.get("residency.predicted_from.transport_ns"),
        material.get("residency.measured_mean_ns"),
    )
