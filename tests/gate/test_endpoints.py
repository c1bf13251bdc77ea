# SPDX-License-Identifier: Apache-2.0
"""The figures that are judged, from results whose latencies are known."""

from pathlib import Path

import numpy as np
import pytest
from tickring_gate import endpoints
from tickring_gate.endpoints import WORKLOADS, faster_quarter_mean_ns
from tickring_report.run_files import Intervals

BY_NAME = {workload.name: workload for workload in WORKLOADS}


def logged(monkeypatch: pytest.MonkeyPatch, counts: dict[int, int]) -> None:
    values = np.array(sorted(counts), dtype=float)
    row = np.array([counts[int(value)] for value in values], dtype=float)
    intervals = Intervals(np.array([row / 2, row / 2]), values, values, np.array([1.0, 1.0]))
    monkeypatch.setattr(endpoints, "read_intervals", lambda _run: intervals)


def test_the_slower_ones_do_not_move_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {290: 150, 300: 150, 310: 900})
    quiet = faster_quarter_mean_ns(Path(), {})
    logged(monkeypatch, {290: 150, 300: 150, 500: 898, 8_000_000: 2})
    assert quiet == pytest.approx(295.0)
    assert faster_quarter_mean_ns(Path(), {}) == pytest.approx(quiet)


def test_a_value_across_the_bound_counts_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {290: 200, 300: 800})
    assert faster_quarter_mean_ns(Path(), {}) == pytest.approx((200 * 290 + 50 * 300) / 250)


def test_the_mean_shows_less_than_a_step_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {290: 125, 300: 875})
    before = faster_quarter_mean_ns(Path(), {})
    logged(monkeypatch, {290: 100, 300: 900})
    assert faster_quarter_mean_ns(Path(), {}) == pytest.approx((before or 0.0) + 1.0)


def test_a_run_that_did_not_hold_its_rate_has_no_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {300: 100})
    for achieved, figure in ((100_000, 300.0), (98_000, None)):
        result = {
            "scenario": {"rate_per_s": 100_000},
            "producer": {"achieved_rate_per_s": achieved},
            "latency_ns": {"p50": 300, "p99": 310},
        }
        assert BY_NAME["latency"].read(Path(), result)["latency"] == figure


ENDS = [
    ("round-trip", "round_trip", "faster_half_mean_ns", "p50_ns"),
    ("producer", "pace", "p50_ns", "faster_half_mean_ns"),
]


@pytest.mark.parametrize(("name", "section", "judged", "other"), ENDS)
def test_the_other_end_points_are_what_the_result_says(
    name: str, section: str, judged: str, other: str
) -> None:
    shown = {"trimmed_mean_ns": 112.0, other: 110.0, "p99_ns": 200.0}
    figures = BY_NAME[name].read(Path(), {section: {judged: 105.0, **shown}})
    assert figures[name] == 105.0
    assert figures.items() >= shown.items()


@pytest.mark.parametrize(("name", "section", "judged", "other"), ENDS)
def test_a_result_that_does_not_tell_an_end_point_has_none(
    name: str, section: str, judged: str, other: str
) -> None:
    figures = BY_NAME[name].read(Path(), {section: {other: 110.0}})
    assert name not in figures
    assert judged not in figures
