# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest
from tickring_series.peers.document import build

from tests.series.made import made, rows

RING, TACHYON, PIPE = (f"flat-out/{name}" for name in ("ring", "tachyon", "pipe"))
FAR = (500.0, 510.0)


def built(slices: list[dict[str, Any]], *names: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    options = {"unavailable": {}, "first_result": None, "no_probe": None, **more}
    return build(rows(*names), slices, **options)


def row_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in document["rows"] if row["name"] == name)


def test_a_ratio_is_taken_within_each_repeat() -> None:
    # Alone the medians are 2 and 4; the three pairs have 1, 1/2 and 4.
    ring = [made(RING, i, throughput_per_s=v) for i, v in enumerate([1e6, 2e6, 16e6])]
    tachyon = [made(TACHYON, i, throughput_per_s=v) for i, v in enumerate([1e6, 4e6, 4e6])]
    document = built(ring + tachyon, "ring", "tachyon")
    assert document["baseline"] == "tachyon"
    ratio = row_of(document, "ring")["ratio"]["throughput"]
    assert (ratio["count"], ratio["median"], ratio["min"], ratio["max"]) == (3, 1, 0.5, 4)


def test_a_repeat_in_which_one_side_was_not_measured_makes_no_pair() -> None:
    slices = [made(RING, 0), made(RING, 1), made(TACHYON, 1)]
    ratio = row_of(built(slices, "ring", "tachyon"), "ring")["ratio"]["throughput"]
    assert ratio["count"] == 1


def test_rows_tell_of_one_regime_alone() -> None:
    near = [made(RING, i, throughput_per_s=1e6) for i in range(3)]
    far = [made(RING, i, throughput_per_s=9e6, rtt_ns=FAR) for i in range(3, 5)]
    document = built(near + far, "ring")
    row = row_of(document, "ring")
    assert document["main_regime"] == "A"
    assert row["slices_in_main_regime"] == 3
    assert row["throughput_per_s"]["max"] == 1e6
    assert [entry["slices"] for entry in document["regimes"]] == [3, 2]
    assert document["floors"]["core_to_core_rtt_ns"] == 120


def test_slices_of_two_regimes_are_no_pair() -> None:
    slices = [made(RING, 0), made(RING, 1), made(PIPE, 0), made(TACHYON, 0, rtt_ns=FAR)]
    document = built(slices, "ring", "tachyon")
    assert row_of(document, "ring")["ratio"] is None
    assert row_of(document, "ring")["ratio_reason"]


@pytest.mark.parametrize("probes", [(120.0, 500.0), (120.0, None)])
def test_a_slice_during_which_the_placement_may_have_changed_is_left_out(
    probes: tuple[float | None, float | None],
) -> None:
    slices = [made(RING, 0), made(RING, 1), made(RING, 2, rtt_ns=probes)]
    document = built(slices, "ring")
    assert document["slices_between_regimes"] == 1
    assert row_of(document, "ring")["slices_in_main_regime"] == 2


def test_without_probes_the_regimes_are_null_with_the_reason() -> None:
    kept = made(RING, 0)
    del kept["probe_before_ns"], kept["probe_after_ns"]
    document = built([kept], "ring", no_probe="there is no cacheline")
    assert document["regimes"] is None
    assert document["regimes_reason"] == "there is no cacheline"
    assert document["floors"]["core_to_core_rtt_ns_reason"] == "there is no cacheline"
    assert row_of(document, "ring")["throughput_per_s"]["median"] == 1e6


def test_aborted_runs_and_retries_are_counted() -> None:
    aborted = {"row": TACHYON, "repeat": 1, "position": 0, "outcome": "aborted", "reason": "died"}
    slices = [made(TACHYON, 0, backpressure_count=5), {**aborted}, made(TACHYON, 2)]
    row = row_of(built(slices, "tachyon"), "tachyon")
    assert (row["aborted_runs"], row["abort_reasons"], row["measured_runs"]) == (1, ["died"], 2)
    assert row["backpressure_count"] == 5


@pytest.mark.parametrize(
    "fault", [{"messages_received": 9, "lost": 1}, {"duplicated": 1}, {"torn": 1}]
)
def test_a_run_that_is_not_whole_says_so(fault: dict[str, int]) -> None:
    row = row_of(built([made(PIPE, 0), made(PIPE, 1, **fault)], "pipe"), "pipe")
    assert row["runs_with_faults"] == 1
    assert all(row[key] == count for key, count in fault.items() if key != "messages_received")


def test_what_could_not_be_tried_is_not_available_for_a_reason() -> None:
    document = built([made(RING, 0)], "ring", "zmq", unavailable={"flat-out/zmq": "no wheel"})
    row = row_of(document, "zmq")
    assert (row["available"], row["reason"]) == (False, "no wheel")
    assert row["throughput_per_s"] is None
    assert row["throughput_per_s_reason"] == "not available: no wheel"


def test_without_the_first_choice_the_ring_is_the_baseline() -> None:
    document = built([made(RING, 0), made(PIPE, 0, throughput_per_s=5e5)], "ring", "pipe")
    assert document["baseline"] == "ring"
    assert row_of(document, "pipe")["ratio"]["throughput"]["median"] == 0.5
