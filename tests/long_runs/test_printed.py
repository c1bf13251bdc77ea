# SPDX-License-Identifier: Apache-2.0
"""What a program prints is handed on, and kept as figures."""

import json
import sys
from pathlib import Path

import printed
import pytest


def call(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, script: str, *arguments: str
) -> tuple[int, dict | None]:
    """A shell script in the place of a program; the exit status and what was written."""
    path = folder / "build" / "tests" / printed.PROGRAMS[name].path
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(printed, "ROOT", folder)
    file = folder / "found.json"
    monkeypatch.setattr(sys, "argv", ["printed.py", "--json", str(file), name, *arguments])
    status = printed.main()
    return status, json.loads(file.read_text()) if file.exists() else None


def test_the_points_of_each_case_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    script = 'echo "send, plain: 7 points"; echo "close: 5 points"; echo "12 points in all"'
    status, found = call(monkeypatch, tmp_path, "kill_sweep", script)
    assert status == 0 and found
    assert found["rows"] == [
        {"case": "send, plain", "points": 7},
        {"case": "close", "points": 5},
    ]
    assert (found["what"], found["holds"], found["finding"]) == ("kill_sweep", True, None)
    assert "12 points in all\n" in capfd.readouterr().out


def test_arguments_are_handed_on_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = '[ "$*" = "--every 16" ]'
    status, found = call(monkeypatch, tmp_path, "kill_sweep", script, "--every", "16")
    assert status == 0 and found
    assert found["settings"] == {"arguments": ["--every", "16"]}


def test_what_broke_is_kept_in_the_words_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = 'echo "send: 7 points"; echo "kill_sweep: close: known too late" >&2; exit 1'
    status, found = call(monkeypatch, tmp_path, "kill_sweep", script)
    assert status == 1 and found
    assert found["holds"] is False
    assert found["finding"] == "kill_sweep: close: known too late"


def test_a_program_that_dies_of_a_signal_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, found = call(monkeypatch, tmp_path, "sessions", "kill -SEGV $$")
    assert status == 128 + 11 and found
    assert (found["holds"], found["finding"]) == (False, "ended by SIGSEGV")


def test_what_could_not_be_run_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, found = call(monkeypatch, tmp_path, "kill_sweep", "echo skipped; exit 77")
    assert (status, found) == (77, None)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("kill_sweep", ["--every", "400"], {"case", "points"}),
        ("wake_race", ["20"], {"waits", "sleeps", "ended_by_time_slice", "wakes_lost"}),
        ("sessions", ["201"], {"sessions", "descriptors", "mappings", "resident_kib"}),
    ],
)
def test_the_lines_of_the_real_programs_are_understood(
    name: str, arguments: list[str], expected: set[str]
) -> None:
    program = printed.PROGRAMS[name]
    status, lines = printed.run([str(printed.ROOT / "build" / "tests" / program.path), *arguments])
    if status == printed.SKIPPED:
        pytest.skip(lines[-1])
    found = printed.rows(program, lines)
    assert found and all(set(row) == expected for row in found)
