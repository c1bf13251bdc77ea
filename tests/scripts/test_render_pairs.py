# SPDX-License-Identifier: Apache-2.0
"""scripts/render_pairs.py: from interleaved rounds of two builds to the page."""

from typing import Any

import pytest

from scripts import render_pairs
from scripts.render_pairs import FROM_PYTHON


def round_of(before: float, now: float) -> dict[str, Any]:
    one = {
        "looking_away": {"million_messages_per_s": before},
        "staying_behind": {"million_messages_per_s": now},
    }
    return {"publish_every_1": one, "publish_every_32": one}


def test_ratios_are_of_one_round_each() -> None:
    rounds = [round_of(10, 20), round_of(20, 30), round_of(40, 30)]
    text = render_pairs.block("staying-behind", {"rounds": rounds})
    cells = "20.0 M/s | 30.0 M/s | 1.50 | 0.75 | 2.00 | 2 of 3 |"
    assert f"| every message published | {cells}\n| 32 at a time | {cells}\n" in text
    assert text.endswith("\n\nMedians of 3 rounds; `results/decisions/staying-behind.json`.\n")


def test_a_shorter_time_is_the_better_one() -> None:
    times = [(300, 200), (200, 300), (200, 200)]
    rounds = [
        {row: {"line_not_expected": {"ns": a}, "line_expected": {"ns": b}} for row in FROM_PYTHON}
        for a, b in times
    ]
    text = render_pairs.block("expecting-the-commit", {"rounds": rounds})
    assert "| now shorter in |" in text
    assert "| a message, flat out | 200 ns | 200 ns | 1.00 | 0.67 | 1.50 | 1 of 3 |\n" in text


def test_a_round_that_is_not_whole_is_refused() -> None:
    rounds = [round_of(10, 20)]
    del rounds[0]["publish_every_32"]["staying_behind"]
    with pytest.raises(KeyError, match="staying_behind"):
        render_pairs.block("staying-behind", {"rounds": rounds})
