# SPDX-License-Identifier: Apache-2.0
"""scripts/micro.py: every row is measured, and the files are what the tools of others read."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "micro.py"


def micro(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, SCRIPT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "build" / "core" / "benchmarks" / "ring_benchmark").exists():
        pytest.skip("the micro-benchmarks are not built: libbenchmark-dev is missing")
    out = tmp_path_factory.mktemp("micro")
    done = micro("--out", out, "--repetitions", 2, "--min-time-s", 0.001)
    assert done.returncode == 0, done.stderr
    (directory,) = out.iterdir()
    return directory


@pytest.mark.parametrize("file", ["native.json", "recorder.json", "designs.json", "python.json"])
def test_each_row_has_its_repetitions_and_counts_messages_and_bytes(
    written: Path, file: str
) -> None:
    rows = json.loads((written / file).read_text())["benchmarks"]
    single = [row for row in rows if row["run_type"] == "iteration"]
    assert len(single) == 2 * len({row["run_name"] for row in single}) > 0
    assert all(row["items_per_second"] > 0 and row["iterations"] > 0 for row in single)
    if file in ("native.json", "python.json"):
        assert sum(row.get("bytes_per_second", 0) > 0 for row in single) > len(single) / 2
    assert {row["aggregate_name"] for row in rows if row["run_type"] == "aggregate"} >= {"median"}


@pytest.mark.parametrize("file", ["native.json", "recorder.json", "designs.json", "python.json"])
def test_compare_py_of_google_benchmark_finds_every_row_to_compare(
    written: Path, file: str
) -> None:
    result = json.loads((written / file).read_text())
    # By tools/gbench: rows of one name and time unit are compared, with a U test of repetitions.
    assert result["context"].get("json_schema_version", 1) == 1
    by_name: dict[str, list[dict]] = {}
    for row in result["benchmarks"]:
        assert row["run_type"] in ("iteration", "aggregate")
        assert (row["run_type"] == "aggregate") == ("aggregate_name" in row)
        assert row["time_unit"] in ("ns", "us", "ms", "s")
        assert all(type(row[key]) in (int, float) for key in ("real_time", "cpu_time"))
        by_name.setdefault(row["name"], []).append(row)
    for rows in by_name.values():
        assert len({row["time_unit"] for row in rows}) == 1
        repeated = [row for row in rows if row["run_type"] == "iteration"]
        assert [row["repetition_index"] for row in repeated] in ([], [0, 1])


def test_instructions_are_counted_and_are_the_same_each_time(written: Path) -> None:
    if not shutil.which("valgrind"):
        pytest.skip("valgrind is missing")
    counts = json.loads((written / "instructions.json").read_text())["instructions_per_operation"]
    assert len(counts) > 3
    assert all(count > 1 for count in counts.values())
    assert counts["look_at_an_empty_ring"] < counts["send_and_receive"]


AN_EMPTY_GUARD = """
import empty_guard

bus = empty_guard.Bus()
for i in range(2):
    with bus.send_zero_copy(size=32, type_id=1) as tx:
        with memoryview(tx) as view:
            print(len(view), view.readonly, view[0])
            view[0] = i + 1
        tx.actual_size = 32
try:
    with bus.send_zero_copy(size=32, type_id=1):
        raise KeyError("passed on")
except KeyError as error:
    print(error)
"""


def beside_the_ring(text: str) -> list[str]:
    """The lines that a program prints which uses the modules of harness/benchmarks."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "build" / "harness" / "benchmarks")}
    command = [sys.executable, "-c", text]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment, timeout=60
    )
    return done.stdout.splitlines()


def test_the_empty_guard_takes_the_calls_of_the_reference_loop(written: Path) -> None:
    assert beside_the_ring(AN_EMPTY_GUARD) == ["32 False 0", "32 False 1", "'passed on'"]


OVER_BARE_LINES = """
import bare_lines
import numpy as np

items = np.zeros(1000, [("number", "<u8"), ("rest", "V24")])
items["number"] = range(1000, 2000)
bare_lines.prepare("<QI20x", {stamp})
for i in range(1000):
    bare_lines.send(i, 7)
bare_lines.send_many(items)
bare_lines.end()
print(bare_lines.follow())
for refused in (lambda: bare_lines.send(1), lambda: bare_lines.send_many(items[::2])):
    try:
        refused()
    except TypeError as error:
        print(error)
"""


@pytest.mark.parametrize("stamp", [-1, 12])
def test_all_messages_over_bare_lines_are_read(written: Path, stamp: int) -> None:
    assert beside_the_ring(OVER_BARE_LINES.format(stamp=stamp)) == [
        str(sum(range(2000))),
        "send() takes one value of the common type for each field of what prepare() was given",
        "array is no contiguous array of items of 32 bytes",
    ]


@pytest.mark.parametrize(
    ("flag", "value", "allowed"),
    [
        ("--repetitions", "0", "1 to 100"),
        ("--repetitions", "many", "1 to 100"),
        ("--min-time-s", "-1", "more than 0"),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(flag: str, value: str, allowed: str) -> None:
    done = micro(flag, value)
    assert done.returncode == 2
    assert flag in done.stderr and value in done.stderr and allowed in done.stderr
    assert "Traceback" not in done.stderr
