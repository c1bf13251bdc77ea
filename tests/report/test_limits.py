# SPDX-License-Identifier: Apache-2.0
"""A report reads histograms and no samples: what it costs does not follow the messages."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from report_runs import COMMAND, INTERVAL_S, Runs

INTERVALS = 256  # the most that the recorder keeps
DISTINCT = 400
CPU_S, RESIDENT_BYTES = 10, 500_000_000
# A child starts with the largest size that its parent ever had: so a small parent starts it.
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(done.returncode)
"""


def write_long_log(file: Path, messages: int) -> None:
    """The log of a run in as many intervals as there can be."""
    generator = np.random.default_rng(1)
    lines = ["#[StartTime: 1790000000.000 (seconds since epoch)]"]
    each = messages // INTERVALS // DISTINCT
    for number in range(INTERVALS):
        histogram = HdrHistogram(1, 60_000_000_000, 3)
        for latency in generator.lognormal(9, 1, DISTINCT).astype(int) + 100:
            histogram.record_value(int(latency), each)
        text = histogram.encode().decode()
        largest = histogram.get_max_value()
        lines.append(f"Tag=latency,{number * INTERVAL_S:.3f},{INTERVAL_S:.3f},{largest:.3f},{text}")
    file.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("messages", [512_000, 102_400_000])
def test_a_report_keeps_its_limits_of_time_and_memory(runs: Runs, messages: int) -> None:
    def lengthen(result: dict) -> None:
        result["latency_ns"]["count"] = messages
        result["windows"]["means_ns"] = [9500.0 + i % 100 for i in range(messages // 10_000)]

    run = runs.make("long", [[1000]], lengthen)
    write_long_log(run / "latency.hlog", messages)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, COMMAND, "report", run],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, report, used = done.stdout.splitlines()
    assert report.endswith("report.html")
    processor_s, resident_kib = map(float, used.split())
    assert json.loads((run / "result.json").read_text())["latency_ns"]["count"] == messages
    # The time of the processor: the wall's has whatever else runs here in it.
    assert processor_s < CPU_S
    assert resident_kib * 1024 < RESIDENT_BYTES
    assert "Heat map" in (run / "report.html").read_text()
