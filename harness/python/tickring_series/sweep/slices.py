# SPDX-License-Identifier: Apache-2.0
"""What is kept of a run of a point, in the form in which sweep.json has it."""

from tickring_series.running import Outcome
from tickring_series.slices import COUNTS, LATENCIES, Slice, of_run
from tickring_series.sweep.plan import Point

# Key of a slice: where it is in result.json.
FIGURES = {
    "throughput_per_s": ("consumer", "throughput_per_s"),
    "median_stretch_ns_per_message": ("pace", "p50_ns"),
    **LATENCIES,
    "achieved_per_s": ("producer", "achieved_rate_per_s"),
    **COUNTS,
}


def make(point: Point, repeat: int, position: int, outcome: Outcome) -> Slice:
    """The slice of a point; `position` in its repeat; its regime is not known yet."""
    kept: Slice = {"axis": point.axis, "value": point.value}
    kept |= {"repeat": repeat, "position": position, **of_run(outcome, FIGURES)}
    if kept["outcome"] == "measured":
        throughput = kept["throughput_per_s"]
        kept["ns_per_message"] = 1e9 / throughput if throughput else None
    return kept
