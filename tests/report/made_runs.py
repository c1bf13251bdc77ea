# SPDX-License-Identifier: Apache-2.0
"""Runs made by hand for the figures, as they are after reading."""

from pathlib import Path

import numpy as np
from report_runs import kept_result
from tickring_report.material import Material
from tickring_report.run_files import Intervals, Run

# Three intervals of 10 ms: 1000 messages of 100, 200 and 400 ns, and one of 9 us.
COUNTS = np.array([[600.0, 300.0, 100.0, 0.0], [600.0, 300.0, 99.0, 1.0], [500.0, 400.0, 100.0, 0]])
LATENCIES = np.array([100.0, 200.0, 400.0, 9000.0])
# What a kept run may have or not: here it has what the test gives it.
UNSEEN = ("breakdown_ns", "core_matrix", "course", "floors", "regimes", "spikes")


def made(scenario: str = "seed", **parts: object) -> Material:
    """A kept run with some parts replaced and three intervals."""
    unseen = dict.fromkeys(UNSEEN) | {f"{key}_reason": "nobody looked" for key in UNSEEN}
    result = kept_result(scenario) | unseen | parts
    lengths = np.full(len(COUNTS), 0.010)
    intervals = Intervals(COUNTS, LATENCIES, LATENCIES, lengths)
    return Material(Run(Path("runs") / scenario / "result.json", result), intervals)


def without_intervals(material: Material) -> Material:
    return Material(material.run, None)
