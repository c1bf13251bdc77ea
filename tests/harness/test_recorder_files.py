# SPDX-License-Identifier: Apache-2.0
"""The recorder's files, read by the PyPI package hdrhistogram.

TICKRING_RECORDER_LIB is the library to test; default: the one installed in this environment.
"""

import ctypes
import io
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

LIBRARY = Path(
    os.environ.get("TICKRING_RECORDER_LIB") or Path(sys.prefix) / "lib" / "libtickring_recorder.so"
)
HIGHEST_NS = 60_000_000_000
START_NS = 1_790_000_000_000_000_000
RATE_PER_S = 1_000_000
MESSAGES = 30_000


class Options(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("struct_bytes", "clock", "stamped")),
        *((name, ctypes.c_uint32) for name in ("publish_every", "messages_per_window")),
        ("mixed_payload_bytes", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("expected_messages", "sample_capacity")),
        *((name, ctypes.c_uint64) for name in ("interval_ns", "rate_per_s")),
        ("directory", ctypes.c_char_p),
        ("ticks", ctypes.c_char_p),
    ]


def record_open_loop(directory: Path) -> None:
    """A skewed distribution, in intervals of 1 ms."""
    library = ctypes.CDLL(str(LIBRARY))
    library.tickring_recorder_intended_ns.restype = ctypes.c_uint64
    options = Options(
        struct_bytes=ctypes.sizeof(Options),
        stamped=1,
        publish_every=1,
        messages_per_window=10_000,
        interval_ns=1_000_000,
        rate_per_s=RATE_PER_S,
        directory=bytes(directory),
    )
    recorder = ctypes.c_void_p()
    assert library.tickring_recorder_open(ctypes.byref(options), ctypes.byref(recorder)) == 0
    library.tickring_recorder_start(recorder, ctypes.c_uint64(START_NS))
    latencies = random.Random(3)
    for sequence in range(MESSAGES):
        intended_ns = library.tickring_recorder_intended_ns(recorder, ctypes.c_uint64(sequence))
        stamp_ns = intended_ns + latencies.randrange(500)
        receipt_ns = stamp_ns + int(latencies.lognormvariate(9.5, 0.7))
        times = (ctypes.c_uint64(value) for value in (sequence, intended_ns, stamp_ns, receipt_ns))
        library.tickring_recorder_record(recorder, *times, ctypes.c_uint32(0))
    assert library.tickring_recorder_finish(recorder, 1) == 0
    library.tickring_recorder_close(recorder)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not LIBRARY.exists():
        pytest.skip(f"{LIBRARY} is not there")
    directory = tmp_path_factory.mktemp("run")
    record_open_loop(directory)
    return directory


def intervals(log: Path) -> Iterator[HdrHistogram]:
    reader = HistogramLogReader(str(log), HdrHistogram(1, HIGHEST_NS, 3))
    while (histogram := reader.get_next_interval_histogram()) is not None:
        yield histogram
    reader.close()


def whole(run: Path, tag: str) -> HdrHistogram:
    total = HdrHistogram(1, HIGHEST_NS, 3)
    for histogram in intervals(run / "latency.hlog"):
        if histogram.get_tag() == tag:
            total.add(histogram)
    return total


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("latency", "latency_ns"),
        ("intended", "intended_latency_ns"),
        ("schedule_delay", "schedule_delay_ns"),
    ],
)
def test_the_log_reader_finds_the_count_and_the_median_of_the_summary(
    run: Path, tag: str, key: str
) -> None:
    summary = json.loads((run / "recorder.json").read_text())[key]
    total = whole(run, tag)
    assert total.get_total_count() == summary["count"] == MESSAGES
    assert total.get_value_at_percentile(50) == summary["p50"]


def test_the_log_is_in_intervals_with_times_from_the_start(run: Path) -> None:
    latency = [h for h in intervals(run / "latency.hlog") if h.get_tag() == "latency"]
    starts_ms = [histogram.get_start_time_stamp() - START_NS / 1e6 for histogram in latency]
    assert len(latency) >= 30
    assert starts_ms == sorted(starts_ms)
    assert all(-1 < start < 50 for start in starts_ms)


def test_the_percentile_table_has_the_layout_of_the_python_package(run: Path) -> None:
    expected_file = io.BytesIO()
    whole(run, "latency").output_percentile_distribution(expected_file, 1)
    table = (run / "latency.hgrm").read_text().splitlines()
    expected = expected_file.getvalue().decode().splitlines()
    assert table[:2] == expected[:2], "head"
    assert {len(line) for line in table[2:-4]} == {len(line) for line in expected[2:-4]}, "rows"
    assert len(table[-4]) == len(expected[-4]), "the row of 100 %"
    assert table[-2:] == expected[-2:], "foot"


def test_each_row_of_the_percentile_table_counts_the_values_up_to_it(run: Path) -> None:
    total = whole(run, "latency")
    counts = {
        total.get_highest_equivalent_value(step.value_iterated_to): step.total_count_to_this_value
        for step in total.get_recorded_iterator()
    }
    rows = [line.split() for line in (run / "latency.hgrm").read_text().splitlines()[2:-3]]
    assert len(rows) > 50
    for value, quantile, count, *_ in rows:
        assert counts[int(float(value))] == int(count)
        assert int(count) >= float(quantile) * MESSAGES - 1e-6
