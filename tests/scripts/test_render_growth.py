# SPDX-License-Identifier: Apache-2.0
"""scripts/render_growth.py: from a sweep of the counts to the page."""

from typing import Any

import pytest

from scripts import render_growth


def point(value: int, mean_ns: float) -> dict[str, Any]:
    told = {"value": value, "slices_in_main_regime": 7, "trimmed_mean_ns_per_message": mean_ns}
    told |= {"ns_per_message": {"median": mean_ns + 1}}
    return told | {"messages_sent": 4000, "backpressure_count": 500}


def sweep(name: str = "count") -> dict[str, Any]:
    points = [point(100_000, 50.04), point(1_000_000, 54.96)]
    axis = {"name": name, "points": points, "flatness": {"ratio": 1.0983}}
    return {"axes": [axis], "project": {"commit": "abc1234"}, "started_utc": "20260105T000000Z"}


def test_each_count_has_its_cost_and_the_page_the_ratio() -> None:
    text = render_growth.block(sweep())
    assert "| 100,000 | 7 | 50.0 | 51.0 | 125 |\n| 1,000,000 | 7 | 55.0 | 56.0 | 125 |\n" in text
    assert text.endswith("\n\nLargest over smallest: 1.098. abc1234, 20260105.\n")


def test_a_sweep_without_two_counts_is_refused() -> None:
    one = sweep()
    one["axes"][0]["flatness"] = None
    for without in (sweep("payload"), one):
        with pytest.raises(ValueError, match="the sweep has no two counts"):
            render_growth.block(without)
