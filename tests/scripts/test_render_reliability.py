# SPDX-License-Identifier: Apache-2.0
"""scripts/render_reliability.py: the page says what the kept runs found, and of which commit."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import render_reliability

Run = dict[str, Any]


def run(what: str, settings: Run | None = None, **found: Any) -> Run:  # noqa: ANN401 - JSON
    return {
        "what": what,
        "started_utc": "20260203T040506Z",
        "elapsed_s": 90.0,
        "project": {"version": "0.1.0", "commit": "0123abc", "dirty": False},
        "settings": settings or {},
        **found,
    }


def fuzzed(target: str, executions: int, finding: str | None = None) -> Run:
    row = {"target": target, "executions": executions, "holds": not finding, "finding": finding}
    return run("fuzz", targets=[row])


def planted(part: str, *caught: bool) -> Run:
    rows = [{"name": f"bug {part} {n}", "caught": one} for n, one in enumerate(caught)]
    return run("mutants", {"only": "", "part": part}, mutants=rows)


def tried(ids: list[str], in_part: bool = False) -> Run:
    outcomes = {"F76": "not applicable", "F25": "open"}
    rows = [{"id": name, "outcome": outcomes.get(name, "passed")} for name in ids]
    return run("faults", {"in_part": in_part}, faults=rows)


def swept(*arguments: str, finding: str | None = None) -> Run:
    rows = [{"case": "send", "points": 1200}, {"case": "close", "points": 34}]
    return run("kill_sweep", {"arguments": list(arguments)}, rows=rows, finding=finding)


def pair(producer: int, consumer: int, slowest_ns: int, *violations: str) -> Run:
    kills = {"producer": producer, "consumer": consumer}
    sums = {"sessions": 7, "messages": 1000}
    return {"kills": kills, **sums, "slowest_ns": slowest_ns, "violations": list(violations)}


IDS = render_reliability.fault_table.IDS
SESSIONS = [
    {"sessions": 200, "descriptors": 5, "mappings": 30, "resident_kib": 4000},
    {"sessions": 100000, "descriptors": 5, "mappings": 31, "resident_kib": 4016},
]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "page.md"
    made.write_text("before\n<!-- long-runs: begin -->\nold\n<!-- long-runs: end -->\nafter\n")
    monkeypatch.setattr(render_reliability, "PAGE", made)
    monkeypatch.setattr(render_reliability, "KEPT", tmp_path / "kept")
    return made


def call(monkeypatch: pytest.MonkeyPatch, page: Path, *runs: Run, check: bool = False) -> int:
    paths = []
    for number, one in enumerate(runs):
        paths.append(page.parent / f"{one['what']}-{number}.json")
        paths[-1].write_text(json.dumps(one))
    arguments = ["--check"] * check + (["--keep", *map(str, paths)] if paths else [])
    monkeypatch.setattr(sys, "argv", ["render_reliability.py", *arguments])
    return render_reliability.main()


@pytest.mark.parametrize(
    ("runs", "line"),
    [
        (
            [fuzzed("producer", 3_000_000), fuzzed("consumer", 20), fuzzed("producer", 1)],
            "`make fuzz` | 3,000,021 inputs: consumer 20, producer 3,000,001 | nothing broke",
        ),
        ([fuzzed("x", 1, "too long; ./crash-1")], "1 inputs: x 1 | too long; ./crash-1"),
        (
            [fuzzed("trace", 7) | {"what": "fuzz_files"}],
            "`make fuzz`, of files alone | 7 inputs: trace 7 | nothing broke",
        ),
        (
            [planted("2/2", True, False), planted("1/2", True)],
            "`make mutants` | 3 bugs planted | 2 caught; survives: bug 2/2 1",
        ),
        (
            [tried(IDS[:60]), tried(IDS[60:])],
            "`make faults` | 150 faults | 148 passed, 1 open, 1 not applicable",
        ),
        ([swept()], "`kill_sweep` | 1,234 kills in 2 cases | no promise broken"),
        ([swept(finding="known too late")], "1,234 kills in 2 cases | known too late"),
        (
            [run("random_kills", pairs=[pair(2, 3, 40_000_000), pair(1, 4, 9, "torn")])],
            "`make kills` | 10 kills in 2 pairs of languages, 14 sessions, 2,000 messages"
            " | 1 violation; the slowest death named after 40 ms",
        ),
        (
            [run("run_kills", {"kills": 9}, left={"no run": 2, "a run": 7}, violations=[])],
            "`run_kills` | 9 kills: 7 left a run, 2 left no run | no violation",
        ),
        (
            [
                run(
                    "wake_race",
                    rows=[
                        {"waits": "for a message", "sleeps": 5000, "wakes_lost": 1},
                        {"waits": "for room", "sleeps": 4000, "wakes_lost": 1},
                    ],
                )
            ],
            "`make wakes` | sleeps: 5,000 for a message, 4,000 for room | 2 wakes lost",
        ),
        (
            [run("sessions", rows=SESSIONS)],
            "`sessions` | 100,000 sessions | after 200 and at the end: descriptors 5 and 5, "
            "mappings 30 and 31, memory 4,000 and 4,016 KiB",
        ),
    ],
)
def test_each_kind_of_run_has_its_line(
    page: Path, monkeypatch: pytest.MonkeyPatch, runs: list[Run], line: str
) -> None:
    assert call(monkeypatch, page, *runs) == 0
    text = page.read_text()
    took = {1: "90 s", 2: "3 min", 3: "4 min"}[len(runs)]
    assert f"{line} | {took} | `0123abc` | 2026-02-03 |\n<!-- long-runs: end -->" in text
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert call(monkeypatch, page, check=True) == 0


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([planted("1/3", True), planted("3/3", True)], "of the parts 1/3, 3/3"),
        ([run("mutants", {"only": "x", "part": "1/1"}, mutants=[])], "those of --only"),
        ([tried(IDS[:149])], "not F1 to F150, each once"),
        ([tried(IDS), tried(["F1"])], "not F1 to F150, each once"),
        ([tried(IDS, in_part=True)], "tried in part"),
        ([swept("--every", "16")], "not at every instruction"),
        ([swept(), swept()], "2 files of kill_sweep"),
        ([run("gossip")], "is of none of fuzz, "),
        ([fuzzed("x", 1) | {"project": {"commit": "0123abc", "dirty": True}}], "not committed"),
        ([fuzzed("x", 1) | {"project": {"commit": None, "dirty": None}}], "not committed"),
        (
            [fuzzed("x", 1), fuzzed("y", 1) | {"project": {"commit": "9", "dirty": False}}],
            "of the commits 0123abc, 9",
        ),
    ],
)
def test_what_is_no_whole_run_of_one_commit_is_refused(
    page: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    runs: list[Run],
    words: str,
) -> None:
    assert call(monkeypatch, page, *runs) == 2
    assert words in capsys.readouterr().err
    assert "\nold\n" in page.read_text()


def test_a_page_that_says_something_else_is_found(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(monkeypatch, page, fuzzed("x", 12)) == 0
    page.write_text(page.read_text().replace("x 12", "x 13"))
    assert call(monkeypatch, page, check=True) == 1
    assert "x 13" in page.read_text()


def test_the_kinds_are_those_that_are_written() -> None:
    names = set(render_reliability.SHOWN)
    commands = set(render_reliability.fault_table.read().commands)
    assert commands <= names
    assert names - commands == {"fuzz", "fuzz_files", "mutants", "faults"}
