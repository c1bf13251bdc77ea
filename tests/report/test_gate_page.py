# SPDX-License-Identifier: Apache-2.0
"""What the page says of a gate, above its chart."""

from typing import Any

import pytest
from made_gates import finding, made_gate
from report_runs import ROOT
from tickring_report.inputs import Inputs
from tickring_report.page.gates import decided
from tickring_report.page.page import page

REVISIONS = {"base": "a" * 40, "candidate": "b" * 40, "paddings": [1]}


def test_the_page_begins_with_the_verdict() -> None:
    text = page(Inputs(gates=[made_gate()]), [], {}, ROOT / "harness" / "scenarios")
    places = [text.index(words) for words in (
        "Did it become slower?", '<span class="answer bad">FAIL</span>',
        "slower, and again after linking anew.", "the latency, again", "Figures",
    )]  # fmt: skip
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("verdict", "word", "kind"),
    [("PASS", "PASS", "good"), ("FAIL", "FAIL", "bad"), ("INCONCLUSIVE", "INCONCLUSIVE", "care"),
     (None, "incomplete", "care")],
)  # fmt: skip
def test_the_word_has_the_colour_of_what_it_means(
    verdict: str | None, word: str, kind: str
) -> None:
    told = decided(made_gate(verdict=verdict))
    assert (told["word"], told["kind"]) == (word, kind)


def test_a_row_for_each_stage_has_what_was_decided_by() -> None:
    first, second = decided(made_gate())["rows"]
    latencies = tuple(f"{value}\N{NO-BREAK SPACE}ns" for value in (100, 110))
    rest = ("+5.0 % to +15.0 %", "1.0 %", "3.0 %", "regressed")
    assert first == ("the latency", *latencies, "+10.0 %", *rest)
    assert second == ("the latency, again", "–", "–", "+20.0 %", *rest)


def test_what_is_not_known_is_a_dash() -> None:
    none = {"effect": None, "low": None, "high": None, "smallest_effect": None}
    point = made_gate()["end_points"][0] | {"base_median": None, "candidate_median": None}
    without = made_gate(end_points=[point | {"stages": [finding("uncertain", **none)]}])
    assert decided(without)["rows"][0][1:] == ("–", "–", "–", "–", "1.0 %", "–", "uncertain")
    interrupted = made_gate(end_points=[point | {"stages": []}])
    assert decided(interrupted)["rows"][0][1:] == ("–", "–", "–", "–", "1.0 %", "–", "nothing")


def test_costs_that_changed_are_named_and_what_was_left_out() -> None:
    def count(state: str, candidate: float) -> dict[str, Any]:
        told = {"operation": "send", "kind": "instructions", "base": 60}
        return told | {"candidate": candidate, "state": state}

    counts = [count("unchanged", 60), count("regressed", 90.5), count("improved", 30)]
    told = decided(made_gate(counts=counts, counts_left_out={"system calls": "no strace"}))
    assert told["changed"] == [
        ("send", "instructions", "60.00", "90.50", "regressed"),
        ("send", "instructions", "60.00", "30.00", "improved"),
    ]
    assert told["counted"] == (
        "3 costs of operations counted, 2 changed. Left out: system calls (no strace)."
    )
    assert decided(made_gate())["counted"] == "0 costs of operations counted, none changed."


def test_what_was_compared_is_told() -> None:
    assert decided(made_gate())["compared"] == "b, against a"
    clean = decided(made_gate(compared={**REVISIONS, "candidate_dirty": False}))
    assert clean["compared"] == "bbbbbbbbbbbb, against aaaaaaaaaaaa"
    dirty = decided(made_gate(compared={**REVISIONS, "candidate_dirty": True}))
    assert dirty["compared"].startswith("bbbbbbbbbbbb with what was not committed")
