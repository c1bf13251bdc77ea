# SPDX-License-Identifier: Apache-2.0
"""The figures of sweeps and of peers: their numbers are those of the kept files."""

import json

import pytest
from made_runs import made
from report_runs import KEPT
from tickring_report.plots.drawing import NothingToDrawError
from tickring_report.plots.peers import peers_latency, peers_throughput
from tickring_report.plots.sweeps import cost, frontier, rate


def kept(name: str) -> dict:
    return json.loads((KEPT.parent / name).read_text())


@pytest.fixture(scope="module")
def sweep() -> dict:
    return kept("sweep/all-axes.json")


@pytest.fixture(scope="module")
def peers() -> dict:
    return kept("peers/peers.json")


def points(sweep: dict, name: str) -> list[dict]:
    (axis,) = [axis for axis in sweep["axes"] if axis["name"] == name]
    return [point for point in axis["points"] if point["ns_per_message"]]


def test_latency_against_the_rate_is_that_of_the_points(sweep: dict) -> None:
    rows = [row for row in rate(sweep).rows if row[1] == "p50"]
    assert [row[2:4] for row in rows] == [
        (point["offered_per_s"], point["intended_latency_ns"]["p50"]["median"])
        for point in points(sweep, "rate")
    ]


def test_a_rate_that_was_not_held_is_marked(sweep: dict) -> None:
    missed = [point for point in points(sweep, "rate") if not point["is_rate_held"]]
    drawing = rate(sweep)
    lines = [line for line in drawing.figure.axes[0].lines if line.get_linestyle() == ":"]
    assert len(lines) == len(missed) > 0
    assert sum(row[-1] == "no" for row in drawing.rows) == 2 * len(missed)


def test_the_frontier_has_each_batch_our_run_and_the_published_point(sweep: dict) -> None:
    run = made()
    rows = frontier(sweep, [run]).rows
    batches = points(sweep, "batch")
    assert [row[1] for row in rows if row[0] == "sweep"] == [point["value"] for point in batches]
    steady = run.get("windows.steady_mean_ns")
    assert [row for row in rows if row[0] == "seed"] == [
        ("seed", 32, run.get("producer.throughput_per_s"), steady)
    ]
    assert [row[2:] for row in rows if row[0] == "published"] == [
        (1_060_000, 14_000),
        (1_060_000, 16_000),
    ]


def test_the_cost_of_a_message_is_that_of_the_points(sweep: dict) -> None:
    rows = [row for row in cost(sweep).rows if row[0] == "payload"]
    assert [(row[1], row[2]) for row in rows] == [
        (point["value"], point["ns_per_message"]["median"]) for point in points(sweep, "payload")
    ]


def test_a_sweep_without_an_axis_says_what_it_lacks() -> None:
    for draw in (rate, frontier, cost):
        with pytest.raises(NothingToDrawError, match="the sweep"):
            draw({"axes": []})


def test_peers_have_the_medians_of_their_rows(peers: dict) -> None:
    measured = [row for row in peers["rows"] if row["latency_ns"]]
    assert [row[:3] for row in peers_latency(peers).rows] == [
        (row["mode"], row["name"], row["latency_ns"]["p50"]["median"]) for row in measured
    ]


def test_throughput_is_compared_flat_out_only(peers: dict) -> None:
    rows = peers_throughput(peers).rows
    assert rows and not any("paced" in row[0] for row in rows)
    by_name = {(row["mode"], row["name"]): row["throughput_per_s"] for row in peers["rows"]}
    assert all(row[2] == by_name[row[0], row[1]]["median"] for row in rows)
