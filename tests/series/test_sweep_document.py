# SPDX-License-Identifier: Apache-2.0
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tickring_series.sweep import document
from tickring_series.sweep.plan import CAPACITY, COUNT, PAYLOAD, RATE, Pair, Point
from tickring_series.sweep.slices import FIGURES
from tickring_series.sweep.table import bar, marks, size_text, terminal

SCHEMA = json.loads((Path(__file__).parents[2] / "harness" / "sweep.schema.json").read_text())
SIZES = [("L1", 32 * 2**10)]
OPTIONS = {
    "pair": Pair("c", "rust", "ring", "reference"),
    "repeats": 3,
    "seed": 5,
    "duration_s": 2.0,
    "least_s": 0.0,
    "budget_s": 600,
}


def made(point: Point, repeat: int, ns: float, *, rtt_ns: float = 120.0, **more: Any) -> Any:  # noqa: ANN401
    """A slice that was measured, with nothing lost."""
    figures: dict[str, Any] = dict.fromkeys(FIGURES, 0)
    figures |= {"ns_per_message": ns, "throughput_per_s": 1e9 / ns, "p50_ns": 300, "p99_ns": 900}
    figures["median_stretch_ns_per_message"] = ns
    figures |= {"intended_p50_ns": None, "intended_p99_ns": None, "achieved_per_s": None}
    figures |= {"messages_sent": 10, "messages_received": 10}
    probes = {"probe_before_ns": rtt_ns, "probe_after_ns": rtt_ns}
    own = {"axis": point.axis, "value": point.value, "repeat": repeat, "position": 0}
    return {**own, "outcome": "measured", "pinned": True, **figures, **probes, **more}


COUNTS = [Point(COUNT, 10**5), Point(COUNT, 10**6)]


def whole(slices: list[Any], points: list[Point], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    result = {"project": {}, "environment": {"boot_id": {}}}
    findings = document.Findings(points, slices=slices, first_result=result, **more)
    built = {
        "schema_version": document.SCHEMA_VERSION,
        "status": "complete",
        "started_utc": "20260101T000000Z",
        "settings": document.settings(OPTIONS, 3, 1.5),
        **document.build(findings, SIZES),
    }
    jsonschema.validate(built, SCHEMA)
    return built


def test_a_point_has_the_median_and_the_range_of_its_runs() -> None:
    slices = [made(COUNTS[0], i, ns) for i, ns in enumerate((30.0, 20.0, 90.0))]
    (point,) = whole(slices, COUNTS[:1])["axes"][0]["points"]
    assert point["ns_per_message"] == {"count": 3, "median": 30.0, "min": 20.0, "max": 90.0}
    assert point["latency_ns"]["p99"]["median"] == 900


def test_flatness_is_the_largest_trimmed_mean_over_the_smallest() -> None:
    costs_ns = (1.0, 19.0, 20.0, 21.0, 900.0)
    slices = [made(COUNTS[0], i, ns) for i, ns in enumerate(costs_ns)]
    slices += [made(COUNTS[1], i, 1.25 * ns) for i, ns in enumerate(costs_ns)]
    flatness = whole(slices, COUNTS)["axes"][0]["flatness"]
    assert flatness == {
        "ratio": 1.25,
        "smallest_at": 10**5,
        "largest_at": 10**6,
        "is_in_main_regime": True,
    }


def test_flatness_is_of_median_stretches_where_a_part_of_each_run_was_disturbed() -> None:
    slices = [made(COUNTS[0], i, 20.0) for i in range(3)]
    slices += [made(COUNTS[1], 0, 50.0, median_stretch_ns_per_message=21.0)]
    assert whole(slices, COUNTS)["axes"][0]["flatness"]["ratio"] == pytest.approx(1.05)


def test_figures_are_of_the_main_regime_where_there_are_any() -> None:
    slices = [made(COUNTS[0], i, 20.0) for i in range(2)]
    slices += [made(COUNTS[0], 2, 80.0, rtt_ns=600.0), made(COUNTS[1], 0, 90.0, rtt_ns=600.0)]
    built = whole([*slices, made(COUNTS[0], 3, 20.0)], COUNTS)
    near, far = built["axes"][0]["points"]
    assert near["ns_per_message"]["max"] == 20.0
    assert (far["is_in_main_regime"], far["ns_per_message"]["median"]) == (False, 90.0)
    flatness = built["axes"][0]["flatness"]
    assert (flatness["ratio"], flatness["is_in_main_regime"]) == (4.5, False)
    assert "of other regimes" in marks(far)


@pytest.mark.parametrize(("achieved_per_s", "is_held"), [(991.0, True), (989.0, False)])
def test_a_rate_is_held_within_one_per_cent(achieved_per_s: float, is_held: bool) -> None:
    point = Point(RATE, 10)
    slices = [made(point, 0, 1e6, offered_per_s=1000, achieved_per_s=achieved_per_s)]
    (entry,) = whole(slices, [point])["axes"][0]["points"]
    assert entry["is_rate_held"] is is_held


def test_a_point_that_was_left_out_or_not_reached_says_why() -> None:
    built = whole([], COUNTS, left_out={COUNTS[0]: "too long"}, no_probe="no cacheline")
    out, not_reached = built["axes"][0]["points"]
    assert (out["outcome"], out["reason"]) == ("left_out", "too long")
    assert not_reached["ns_per_message_reason"] == "the sweep ended before"
    assert built["left_out"] == [{"axis": COUNT, "value": 10**5, "reason": "too long"}]


def test_capacities_are_labelled_and_the_least_payload_is_explained() -> None:
    points = [Point(CAPACITY, 4096), Point(CAPACITY, 2**20), Point(PAYLOAD, 32)]
    payload, capacity = whole([], points)["axes"]
    assert [point["label"] for point in capacity["points"]] == ["within L1", "beyond L1"]
    assert "32 bytes are the least" in payload["note"]


def test_a_terminal_of_80_columns_is_enough() -> None:
    points = [*COUNTS, Point(CAPACITY, 2**26), Point(RATE, 100), Point(PAYLOAD, 33)]
    reason = "a reason that goes on and on, " * 9
    slices = [made(p, 0, 123456789.0, offered_per_s=10**9, achieved_per_s=1e9) for p in points]
    slices[0] = {**slices[0], "outcome": "aborted", "reason": reason}
    slices[2] |= {"backpressure_count": 10**12, "lost": 1}
    text = terminal(whole(slices, points))
    assert max(map(len, text.splitlines())) <= 80
    assert "NOT INTACT in 1 runs" in text


def test_a_line_of_the_table_has_the_figures_of_its_point() -> None:
    point = Point(CAPACITY, 4096)
    slices = [made(point, i, ns, backpressure_count=1) for i, ns in enumerate((30.0, 20.0, 90.0))]
    line = next(x for x in terminal(whole(slices, [point])).splitlines() if "KiB" in x)
    cells = re.split(r" {2,}| (?=#)", line.strip())
    assert cells == ["4 KiB L1", "30 ns", "20 ns", "90 ns", "300 ns", "900 ns", "0.1", "#" * 11]


def test_a_bar_is_as_long_as_its_value_is_large() -> None:
    assert (bar(5, 10, 20), bar(10, 10, 20), bar(0.001, 10, 20)) == ("#" * 10, "#" * 20, "#")


@pytest.mark.parametrize(("size_bytes", "text"), [(33, "33 B"), (4096, "4 KiB"), (2**26, "64 MiB")])
def test_a_size_has_the_largest_unit_that_leaves_a_whole_number(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text
