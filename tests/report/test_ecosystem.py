# SPDX-License-Identifier: Apache-2.0
"""The files of a run in the tools of others, by the rules that these tools read them with."""

import itertools
import json
import math
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader
from made_runs import made
from report_runs import KEPT
from tickring_report.smaller_is_better import as_json


def has_latencies(run: Path) -> bool:
    return json.loads((run / "result.json").read_text())["latency_ns"] is not None


STAMPED = [run for run in sorted(KEPT.iterdir()) if has_latencies(run)]


def plotted(table: str) -> list[tuple[float, float]]:
    """What HdrHistogram's plotFiles.html takes from a file: of each line that does not begin with
    # and has four words, the fourth as x and the first as y where both are numbers."""
    found = []
    for line in table.splitlines():
        words = line.split()
        if line.strip().startswith("#") or len(words) != 4:
            continue
        try:
            found.append((float(words[3]), float(words[0])))
        except ValueError:
            continue
    return found


def logged(run: Path) -> HdrHistogram:
    """All latencies, out of the intervals of the log."""
    reader = HistogramLogReader(str(run / "latency.hlog"), HdrHistogram(1, 60_000_000_000, 3))
    total = HdrHistogram(1, 60_000_000_000, 3)
    while (interval := reader.get_next_interval_histogram()) is not None:
        if interval.get_tag() == "latency":
            total.add(interval)
    reader.close()
    return total


@pytest.fixture(params=STAMPED, ids=lambda run: run.name.split("-vm-")[-1])
def run(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_the_plotter_draws_the_percentile_table_from_the_least_to_the_last_nines(run: Path) -> None:
    points = plotted((run / "latency.hgrm").read_text())
    latency = json.loads((run / "result.json").read_text())["latency_ns"]
    x, y = zip(*points, strict=True)
    # Five rows for each halving of what is left: 1/(1-Percentile) grows by a fifth at most.
    assert all(1 < after / before < 1.21 for before, after in itertools.pairwise(x))
    assert list(y) == sorted(y)
    # The last row but that of 1.0, which has no x, is the first at which all are counted.
    total = logged(run)
    one_in = latency["count"] / total.get_count_at_value(total.get_max_value())
    assert x[0] == 1 and x[-2] <= one_in < x[-1]
    # The plotter calls the axis by a unit that its reader chooses; ours are nanoseconds.
    median = next(y for x, y in points if x >= 2)
    assert median == latency["p50"]


def test_the_log_reader_finds_all_that_the_result_counts(run: Path) -> None:
    latency = json.loads((run / "result.json").read_text())["latency_ns"]
    total = logged(run)
    assert total.get_total_count() == latency["count"]
    for key, percentile in {"p50": 50, "p99": 99, "p99_9": 99.9}.items():
        assert total.get_value_at_percentile(percentile) == latency[key]


def test_continuous_benchmarks_get_a_list_of_names_units_and_numbers() -> None:
    entries = json.loads(as_json([made("seed"), made("seed-paced")]))
    assert isinstance(entries, list) and len(entries) > 10
    for entry in entries:
        assert set(entry) == {"name", "unit", "value"}
        assert entry["name"] and entry["unit"] == "ns"
        assert type(entry["value"]) in (int, float)
        assert math.isfinite(entry["value"]) and entry["value"] > 0
    # Two of one name would be one curve.
    assert len({entry["name"] for entry in entries}) == len(entries)
