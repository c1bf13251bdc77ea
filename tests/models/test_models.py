# SPDX-License-Identifier: Apache-2.0
"""A quick part of `make model`, and that its lists are whole. The tools are optional here."""

import re
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import bounds  # noqa: E402
import model  # noqa: E402
import orders  # noqa: E402
import spin  # noqa: E402

SEARCHES = list(spin.searches(spin.LIST.read_text()))
QUICK = ("ordered each", "NO_TERMINATOR", "WAKES_AT_THE_NEW_POSITION", "NO_FENCE_AFTER_PUBLICATION")


def lacks(part: str) -> None:
    if tool := model.missing(part):
        pytest.skip(f"{tool} is missing")


def test_every_mistake_that_the_model_knows_is_searched_for() -> None:
    listed = {search.name for search in SEARCHES if search.is_bug}
    assert listed == spin.planted(spin.MODEL.read_text())


@pytest.mark.parametrize("search", [s for s in SEARCHES if s.name in QUICK], ids=lambda s: s.name)
def test_spin_finds_what_is_there_and_nothing_else(search: spin.Search) -> None:
    lacks("spin")
    outcome = spin.run(search)
    assert spin.came_out(search, outcome), outcome


@pytest.mark.parametrize(
    ("output", "is_right"),
    [
        ("10 states, stored\nerrors: 0", True),
        ("10 states, stored\nerrors: 1\npan:1: assertion violated x (at depth 3)", False),
        ("10 states, stored\nerrors: 0\nerror: max search depth too small", False),
        ("10 states, stored\nerrors: 0\npan: reached -DMEMLIM bound\npan: out of memory", False),
    ],
)
def test_a_search_holds_only_when_it_was_whole_and_found_nothing(
    output: str, is_right: bool
) -> None:
    search = spin.Search("any", (), is_bug=False)
    assert spin.came_out(search, spin.read(output, 1.0)) is is_right


def test_the_weakened_orders_are_those_of_the_program() -> None:
    text = (HERE / "orders.cpp").read_text()
    table = text[text.index("kOrders[] = {") : text.index("const Orders *g_orders")]
    assert [orders.AS_WRITTEN, *orders.WEAKENED] == re.findall(r'"([^"]+)"', table)


def test_relacy_finds_each_weakened_order_and_nothing_as_written() -> None:
    lacks("orders")
    findings = list(orders.check(interleavings=20_000))
    assert len(findings) == 1 + len(orders.WEAKENED)
    assert [str(finding) for finding in findings if not finding.is_right] == []


def test_no_value_of_the_peer_leads_out_of_the_ring_and_no_check_is_idle() -> None:
    lacks("bounds")
    findings = list(bounds.check())
    assert {finding.wanted for finding in findings} == {"proved", "refuted"}
    assert [str(finding) for finding in findings if not finding.is_right] == []


def test_a_missing_tool_is_named_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["model.py", "spin"])
    assert model.main() == model.BROKEN
    assert "skipped: spin is missing" in capsys.readouterr().out
