# SPDX-License-Identifier: Apache-2.0
"""The axes, their points, and what a run of each is given."""

import dataclasses
import os
import random
from collections.abc import Mapping, Sequence

COUNT, PAYLOAD, CAPACITY, BATCH, RATE = "count", "payload", "capacity", "batch", "rate"
MAX_MESSAGES = 4_294_967_295  # the sequence number of a message has 32 bits
MAX_BYTES = 2**31
SCENARIO = "seed"
# What holds wherever an axis does not say otherwise; all is published by --publish-every alone. To
# keep a message one by one costs the recorder some nanoseconds: no run keeps more than a few, or
# the short ones, which are kept whole, would have more of that to pay.
BASE: dict[str, object] = {
    "--payload-bytes": 32,
    "--capacity-bytes": 2**20,
    "--publish-every": 32,
    "--flush-every": 0,
    "--sample-capacity": 4096,
}


@dataclasses.dataclass(frozen=True)
class Axis:
    """One thing that grows while all else stays."""

    name: str
    title: str
    unit: str
    values: tuple[int, ...]
    least: int
    most: int
    only_powers_of_two: bool = False
    base: Mapping[str, object] = dataclasses.field(default_factory=dict)  # beyond BASE

    @property
    def allowed(self) -> str:
        """In words."""
        kind = "powers of two" if self.only_powers_of_two else "whole numbers"
        return f"{kind} from {self.least} to {self.most}"

    def allows(self, value: int) -> bool:
        """Whether there can be a point of this value."""
        is_kind = not self.only_powers_of_two or value & (value - 1) == 0
        return is_kind and self.least <= value <= self.most


def _powers(least: int, most: int, factor: int) -> tuple[int, ...]:
    values = [least]
    while values[-1] * factor <= most:
        values.append(values[-1] * factor)
    return tuple(values)


def _axes() -> dict[str, Axis]:
    page = os.sysconf("SC_PAGESIZE")  # the smallest ring
    all_axes = [
        Axis(COUNT, "messages sent", "messages", _powers(10**5, 10**8, 10), 1, MAX_MESSAGES),
        # A message carries a tick and its stamp: 32 bytes are the least.
        Axis(PAYLOAD, "size of a message", "bytes", _powers(32, 2**16, 2), 32, MAX_BYTES),
        Axis(CAPACITY, "what the transport buffers, and the cache it fits into", "bytes",
             _powers(page, 2**26, 4), page, MAX_BYTES, only_powers_of_two=True),
        Axis(BATCH, "messages published together", "messages", _powers(1, 1024, 2), 1,
             MAX_MESSAGES),
        # In a batch messages wait for company; what waits for the rate is seen without one.
        Axis(RATE, "offered rate, each message published", "percent",
             (10, 20, 40, 60, 80, 90, 100), 1, 100, base={"--publish-every": 1}),
    ]  # fmt: skip
    return {axis.name: axis for axis in all_axes}


AXES = _axes()


@dataclasses.dataclass(frozen=True, order=True)
class Point:
    """One value of an axis."""

    axis: str
    value: int

    @property
    def text(self) -> str:
        """For a line of progress."""
        return f"{self.axis} {self.value:,} {AXES[self.axis].unit}"


@dataclasses.dataclass(frozen=True)
class Pair:
    """What is measured."""

    producer: str
    consumer: str
    transport: str
    api: str

    def flags(self) -> dict[str, object]:
        """Of `tickring run`."""
        return {
            "--producer": self.producer,
            "--consumer": self.consumer,
            "--transport": self.transport,
            "--api": self.api,
            "--wait": "spin",
        }


def axis_flags(axis: str) -> dict[str, object]:
    """What all points of an axis share; the axis's own flag is among them where BASE has it."""
    return BASE | AXES[axis].base


def own_flags(point: Point, duration_s: float, saturated_per_s: float | None) -> dict[str, object]:
    """What this point alone is given; saturated_per_s is needed by the rates only."""
    if point.axis == COUNT:
        return {"--messages": point.value}
    time_limit = {"--duration-s": duration_s}
    if point.axis == RATE:
        rate_per_s = max(round((saturated_per_s or 0) * point.value / 100), 1)
        return time_limit | {"--rate": rate_per_s}
    flag = {
        PAYLOAD: "--payload-bytes",
        CAPACITY: "--capacity-bytes",
        BATCH: "--publish-every",
    }[point.axis]
    return time_limit | {flag: point.value}


def arguments(pair: Pair, *flags: Mapping[str, object]) -> list[str]:
    """Of `tickring run`; later flags count."""
    every: dict[str, object] = pair.flags()
    for more in flags:
        every |= more
    return [SCENARIO, *(str(word) for flag in every.items() for word in flag)]


def trials(points: Sequence[Point]) -> list[Point]:
    """Points which, if they are possible, show that the others are: the ends of each axis; of the
    counts none, and of the rates one."""
    found = []
    for axis in AXES:
        own = sorted(point for point in points if point.axis == axis)
        if axis != COUNT and own:
            found += [own[-1]] if axis == RATE else sorted({own[0], own[-1]})
    return found


def order_of(points: Sequence[Point], repeat: int, seed: int) -> list[Point]:
    """Each once, in an order that the seed and the number of the repeat decide."""
    return random.Random(f"{seed}/{repeat}").sample(list(points), len(points))
