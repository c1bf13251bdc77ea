# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

from tickring_gate.decision import State
from tickring_gate.layout import compare, facts_of

FACTS = {"words_sharing_lines": 0.0, "record_header_bytes": 16.0}


def program(folder: Path, text: str) -> Path:
    path = folder / "operations"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_any_rise_of_a_fact_is_a_regression() -> None:
    shared = compare(FACTS, FACTS | {"words_sharing_lines": 1.0})
    assert [found.words for found in shared.rises()] == ["words_sharing_lines: layout 0.00 to 1.00"]
    smaller = compare(FACTS, FACTS | {"record_header_bytes": 8.0})
    assert [count.state for count in smaller.counts] == [State.UNCHANGED, State.IMPROVED]


def test_a_build_that_tells_no_facts_is_named_and_nothing_is_compared(tmp_path: Path) -> None:
    old = facts_of(program(tmp_path, "echo usage >&2; exit 2"))
    assert facts_of(tmp_path / "nowhere") == old == {}
    assert compare(old, FACTS).left_out == {"layout": "one of the builds does not tell it"}
    assert compare(old, FACTS).counts == ()


def test_facts_are_read_from_the_operations_of_a_build(tmp_path: Path) -> None:
    told = program(tmp_path, 'test "$1" = --layout && echo "words_sharing_lines 2"')
    assert facts_of(told) == {"words_sharing_lines": 2.0}
