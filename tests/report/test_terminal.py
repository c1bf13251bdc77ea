# SPDX-License-Identifier: Apache-2.0
"""A run in characters."""

import numpy as np
import pytest
from made_runs import made, without_intervals
from tickring_report.run_files import Intervals
from tickring_report.terminal import charts, edges_ns, histogram, sawtooth


def rows(text: str) -> dict[str, str]:
    """The share by the range of latencies."""
    lines = text.splitlines()[1:]
    return {" ".join(line[:19].split()): line[-8:].strip() for line in lines}


def test_the_histogram_has_the_share_of_each_range() -> None:
    # 1700 of 100, 900 of 200, 299 + 100 of 400 ns, one of 9 us; an upper edge is inside.
    assert rows(histogram(made().intervals)) == {
        "50 ns - 100 ns": "56.7 %",
        "100 ns - 200 ns": "33.3 %",
        "200 ns - 500 ns": "10.0 %",
        "500 ns - 1 us": "-",
        "1 us - 2 us": "-",
        "2 us - 5 us": "-",
        "5 us - 10 us": "< 0.1 %",
    }


@pytest.mark.parametrize(
    ("least", "largest", "edges"),
    [
        (100, 100, [50, 100]),
        (101, 199, [100, 200]),
        (7, 60, [5, 10, 20, 50, 100]),
        (1, 1, [0.5, 1]),
    ],
)
def test_the_edges_hold_all_values(least: float, largest: float, edges: list[float]) -> None:
    assert list(edges_ns(least, largest)) == edges


def test_the_shares_of_a_histogram_count_every_message() -> None:
    latencies = np.array([1.0, 2.0, 5.0, 6.0, 60e9])
    intervals = Intervals(np.ones((1, 5)), latencies, latencies, np.array([1.0]))
    shares = [share for share in rows(histogram(intervals)).values() if share != "-"]
    assert shares == ["20.0 %"] * 5


def test_the_sawtooth_falls_from_the_first_position_to_the_last() -> None:
    lines = sawtooth([float(1000 * (32 - position)) for position in range(32)]).splitlines()
    assert lines[1].startswith(" 32.00 us |*") and lines[-1].split() == ["0", "31"]
    marks = [line.index("*") for line in lines[1:-1] if "*" in line]
    assert marks == sorted(marks) and len(marks) >= 7


@pytest.mark.parametrize("positions", [2, 31, 64, 1000])
def test_a_batch_of_any_size_fits_a_terminal(positions: int) -> None:
    lines = sawtooth([float(positions - i) for i in range(positions)]).splitlines()
    assert max(map(len, lines)) <= 80


def test_without_color_there_is_no_escape() -> None:
    assert "\x1b" not in charts(made(), is_colored=False)
    colored = charts(made(), is_colored=True)
    assert "\x1b[34m#" in colored and "\x1b[33m*" in colored
    assert max(map(len, charts(made(), is_colored=False).splitlines())) <= 80


def test_a_run_without_latencies_has_no_charts() -> None:
    assert charts(without_intervals(made(residency={})), is_colored=True) == ""
