# SPDX-License-Identifier: Apache-2.0
"""What is kept of a slice, in the form in which peers.json has it."""

from tickring_series.peers.plan import Row
from tickring_series.running import Outcome
from tickring_series.slices import COUNTS, LATENCIES, Slice, of_run

# Key of a slice: where it is in result.json.
FIGURES = {
    "throughput_per_s": ("consumer", "throughput_per_s"),
    "sent_per_s": ("producer", "throughput_per_s"),
    **LATENCIES,
    "round_trip_ns": ("round_trip", "trimmed_mean_ns"),
}


def make(row: Row, repeat: int, position: int, outcome: Outcome) -> Slice:
    """The slice of a row; `position` in its repeat; its regime is not known yet."""
    kept: Slice = {"row": row.key, "repeat": repeat, "position": position}
    return kept | of_run(outcome, {**FIGURES, **COUNTS})
