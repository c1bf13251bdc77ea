# SPDX-License-Identifier: Apache-2.0
"""Every mistake of defects.toml, tried on this ring, and proof that one that is made is seen. `make
peers-faults` tries them on another package too."""

import re
from typing import Any

import peers_faults
import pytest
from peers_faults import ROOT, defects, judge, outcome_of, table

ALL = {defect["id"]: defect for defect in defects()}
PROBED = [name for name, defect in ALL.items() if defect.get("probe", True)]


@pytest.mark.parametrize("name", PROBED)
def test_a_mistake_of_another_ring_is_not_made_here(name: str) -> None:
    outcome = outcome_of(ALL[name], "tickring")
    assert outcome.outcome == "holds", outcome.seen


@pytest.mark.parametrize("name", ALL)
def test_the_tests_that_a_mistake_is_said_to_have_exist(name: str) -> None:
    for test in ALL[name]["ours"]:
        path, _, case = test.partition("::")
        text = (ROOT / path).read_text()
        wanted = case.split("[")[0]
        assert re.search(rf"\b{re.escape(wanted)}\b", text), test


def test_there_are_all_seventeen() -> None:
    assert list(ALL) == [f"T{number}" for number in range(1, 18)]


@pytest.mark.parametrize(
    "status, output, outcome",
    [
        (0, '{"holds": true, "seen": "x"}\n', "holds"),
        (0, '{"holds": false, "seen": "x"}\n', "fails"),
        (0, "", "breaks"),
        (1, "", "breaks"),
        (-11, "", "dies"),
        (None, "", "hangs"),
    ],
)
def test_what_becomes_of_a_probe_is_told_apart(
    status: int | None, output: str, outcome: str
) -> None:
    assert judge(status, output, "Traceback").outcome == outcome


def test_a_probe_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers_faults, "LIMIT_S", 0.05)
    assert outcome_of(ALL["T6"], "tickring").outcome == "hangs"


def test_the_table_shows_both_and_counts() -> None:
    holds: dict[str, Any] = {"outcome": "holds", "seen": "good"}
    dies: dict[str, Any] = {"outcome": "dies", "seen": "by SIGBUS"}
    lines = table([{"id": "T1", "holds": "x", "tickring": holds, "tachyon": dies}]).splitlines()
    assert lines[-2:] == ["tickring: 1 holds", "tachyon: 1 dies"]
    assert "by SIGBUS" in lines[2]
