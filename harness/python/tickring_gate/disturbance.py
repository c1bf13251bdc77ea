# SPDX-License-Identifier: Apache-2.0
"""What else the machine did during a block, and when that is too much: for all arms alike.

The bounds were fixed before anything was judged by them, and are blind to which arm it was.
"""

import dataclasses
import os
import time
from pathlib import Path

MOST_STEAL = 0.01  # of the time of all CPUs
MOST_PRESSURE = 0.25  # of the time, in which somebody waited for a CPU
MOST_SWITCHES_PER_S = 2000.0  # involuntary, of one participant
STAT, PRESSURE = Path("/proc/stat"), Path("/proc/pressure/cpu")
STEAL_FIELD = 8  # in the line of all CPUs


@dataclasses.dataclass(frozen=True)
class Reading:
    """Of counters that only rise, in seconds; None: the kernel does not tell."""

    at_s: float
    steal_s: float | None
    pressure_s: float | None


def read() -> Reading:
    """The counters now."""
    return Reading(time.monotonic(), _steal_s(), _pressure_s())


def shares(before: Reading, after: Reading) -> dict[str, float | None]:
    """Of the time between them."""
    wall_s = max(after.at_s - before.at_s, 1e-9)

    def share(first: float | None, last: float | None, of_s: float) -> float | None:
        return None if first is None or last is None else (last - first) / of_s

    cpus = os.cpu_count() or 1
    return {
        "steal_share": share(before.steal_s, after.steal_s, wall_s * cpus),
        "pressure_share": share(before.pressure_s, after.pressure_s, wall_s),
    }


def why_disturbed(shares: dict[str, float | None], switches_per_s: float) -> str | None:
    """The first bound that is passed."""
    steal, pressure = shares["steal_share"], shares["pressure_share"]
    if steal is not None and steal > MOST_STEAL:
        return f"steal {steal:.1%}"
    if pressure is not None and pressure > MOST_PRESSURE:
        return f"pressure {pressure:.0%}"
    if switches_per_s > MOST_SWITCHES_PER_S:
        return f"{switches_per_s:.0f} involuntary switches per second"
    return None


def _steal_s() -> float | None:
    try:
        words = STAT.read_text().split("\n", 1)[0].split()
        return int(words[STEAL_FIELD]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


def _pressure_s() -> float | None:
    try:
        return int(PRESSURE.read_text().split("total=", 1)[1].split()[0]) / 1e6
    except (OSError, ValueError, IndexError):
        return None
