# SPDX-License-Identifier: Apache-2.0
"""The figures that are judged, from results whose latencies are known."""

from pathlib import Path

import numpy as np
import pytest
from tickring_gate import endpoints
from tickring_gate.endpoints import TRIM, WORKLOADS, trimmed_mean_ns
from tickring_report.run_files import Intervals

BY_NAME = {workload.name: workload for workload in WORKLOADS}


def logged(monkeypatch: pytest.MonkeyPatch, counts: dict[int, int]) -> None:
    values = np.array(sorted(counts), dtype=float)
    row = np.array([counts[int(value)] for value in values], dtype=float)
    intervals = Intervals(np.array([row / 2, row / 2]), values, values, np.array([1.0, 1.0]))
    monkeypatch.setattr(endpoints, "read_intervals", lambda _run: intervals)


def test_a_stall_does_not_move_the_trimmed_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {290: 500, 300: 500})
    quiet = trimmed_mean_ns(Path(), {})
    logged(monkeypatch, {290: 499, 300: 499, 8_000_000: 2})
    assert quiet == pytest.approx(295.0)
    assert trimmed_mean_ns(Path(), {}) == pytest.approx(quiet, rel=1e-3)


def test_the_trimmed_mean_shows_less_than_a_step_of_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logged(monkeypatch, {290: 500, 300: 500})
    before = trimmed_mean_ns(Path(), {})
    logged(monkeypatch, {290: 400, 300: 600})
    assert trimmed_mean_ns(Path(), {}) - before == pytest.approx(1.0 / (1 - 2 * TRIM))


def test_a_run_that_did_not_hold_its_rate_has_no_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    logged(monkeypatch, {300: 100})
    for achieved, figure in ((100_000, 300.0), (98_000, None)):
        result = {
            "scenario": {"rate_per_s": 100_000},
            "producer": {"achieved_rate_per_s": achieved},
            "latency_ns": {"p50": 300, "p99": 310},
        }
        assert BY_NAME["latency"].read(Path(), result)["latency"] == figure


def test_the_other_end_points_are_what_the_result_says() -> None:
    trip = {"round_trip": {"trimmed_mean_ns": 110.0, "p50_ns": 109.0, "p99_ns": 200.0}}
    assert BY_NAME["round-trip"].read(Path(), trip) == {
        "round-trip": 110.0,
        "p50_ns": 109.0,
        "p99_ns": 200.0,
    }
    sent = {"producer": {"messages_sent": 1000, "elapsed_s": 0.0007}, "consumer": {}}
    assert BY_NAME["producer"].read(Path(), sent)["producer"] == pytest.approx(700.0)
