# SPDX-License-Identifier: Apache-2.0
"""What gate.json says of each block."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
from tickring_gate import document
from tickring_gate.blocks import ARMS, SLICES_PER_ARM
from tickring_gate.calibration import Calibration
from tickring_gate.endpoints import EndPoint, Workload

WORKLOAD = Workload("made", (EndPoint("one", "A"), EndPoint("two", "B")), (), lambda *_: {})
ONE = {"base": 100.0, "control": 121.0, "candidate": 121.0}


def slices(block: int, figures: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """figures: of each arm."""
    own = {"workload": WORKLOAD.name, "block": block, "is_retaken": False}
    return [own | {"arm": arm, "figures": figures[arm]} for arm in ARMS] * SLICES_PER_ARM


def ratios(kept: list[dict[str, Any]], *dropped: str | None) -> list[Any]:
    """dropped: of each block."""
    blocks = [
        {"workload": WORKLOAD.name, "block": block, "dropped": why}
        for block, why in enumerate(dropped)
    ]
    stage: Any = SimpleNamespace(slices=kept, blocks=blocks)
    findings = document.Findings([WORKLOAD], Calibration([], "nowhere"), stages=[stage])
    return [block["ratios"] for block in document.build(findings)["blocks"]]


def test_a_block_has_the_ratios_of_each_end_point() -> None:
    figures = {arm: {"one": ONE[arm], "two": 7.0} for arm in ARMS}
    (found,) = ratios(slices(0, figures), None)
    # The candidate beside the geometric mean of base and control, the control beside the base.
    assert found["one"] == pytest.approx({"candidate": 121 / math.sqrt(121 * 100), "control": 1.21})
    assert found["two"] == pytest.approx({"candidate": 1.0, "control": 1.0})


def test_a_dropped_block_has_none_even_where_a_run_broke() -> None:
    kept = slices(0, {arm: {"one": 100.0, "two": 7.0} for arm in ARMS})
    broken = slices(1, dict.fromkeys(ARMS, {})) + [kept[0] | {"block": 1, "figures": None}]
    first, second = ratios(kept + broken, None, "a run broke: it did")
    assert set(first) == {"one", "two"}
    assert second is None


def test_slices_of_other_blocks_and_those_taken_again_play_no_part() -> None:
    figures = {arm: {"one": ONE[arm], "two": 7.0} for arm in ARMS}
    kept = slices(0, figures)
    again = kept[2] | {"is_retaken": True, "figures": {"one": 1.0, "two": 1.0}}
    other = slices(1, {arm: {"one": 1.0, "two": 1.0} for arm in ARMS})
    assert ratios([*kept, again, *other], None, None)[0] == ratios(kept, None)[0]


def test_an_end_point_that_was_not_judged_in_a_stage_has_no_ratio_there() -> None:
    kept = slices(0, {arm: {"one": ONE[arm], "two": 7.0} for arm in ARMS})
    kept[1]["figures"] = {"one": 121.0}
    (found,) = ratios(kept, None)
    assert set(found) == {"one"}
