# SPDX-License-Identifier: Apache-2.0
"""What is counted of small programs whose costs are known."""

import shutil
import sys
from pathlib import Path

import pytest
from tickring_gate import counting
from tickring_gate.counting import (
    KINDS,
    Kind,
    count,
    native_programs,
    per_operation,
    python_programs,
)
from tickring_gate.decision import State
from tickring_gate.errors import Broken

BY_NAME = {kind.name: kind for kind in KINDS}
# Does something COUNT times: the second word says what.
PROGRAM = """
import os, sys
for i in range(int(sys.argv[1])):
    {work}
"""


def program(folder: Path, work: str) -> list[str | Path]:
    path = folder / f"{len(list(folder.iterdir()))}.py"
    path.write_text(PROGRAM.format(work=work))
    return [sys.executable, "-S", path]


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is missing")


@needs("strace")
def test_a_system_call_in_each_operation_is_one_system_call(tmp_path: Path) -> None:
    cost = per_operation(BY_NAME["system calls"], program(tmp_path, "os.getppid()"))
    assert cost == pytest.approx(1.0, abs=0.01)
    assert per_operation(BY_NAME["system calls"], program(tmp_path, "pass")) == pytest.approx(
        0.0, abs=0.01
    )


def test_a_page_that_is_touched_in_each_operation_is_one_page_fault(tmp_path: Path) -> None:
    work = "m = m if i else __import__('mmap').mmap(-1, 1 << 26); m[i * 4096] = 1"
    assert per_operation(BY_NAME["page faults"], program(tmp_path, work)) == pytest.approx(
        1.0, abs=0.05
    )


@needs("valgrind")
def test_instructions_are_those_of_an_operation_and_not_of_the_start(tmp_path: Path) -> None:
    once, twice = (
        per_operation(BY_NAME["instructions"], program(tmp_path, work))
        for work in ("os.getppid()", "os.getppid(); os.getppid()")
    )
    nothing = per_operation(BY_NAME["instructions"], program(tmp_path, "pass"))
    assert twice - once == pytest.approx(once - nothing, rel=0.2)
    assert once > nothing > 0


INSTRUCTIONS = BY_NAME["instructions"]


@pytest.mark.parametrize(
    ("kind", "base", "candidate", "state"),
    [
        (INSTRUCTIONS, 50.0, 52.0, State.REGRESSED),
        (INSTRUCTIONS, 50.0, 51.9, State.UNCHANGED),  # less than two instructions
        (INSTRUCTIONS, 1000.0, 1020.0, State.UNCHANGED),  # 2 %, not more
        (INSTRUCTIONS, 1000.0, 1020.1, State.REGRESSED),
        (INSTRUCTIONS, 1000.0, 979.0, State.IMPROVED),
        (BY_NAME["system calls"], 0.0, 1 / 32, State.REGRESSED),
        (BY_NAME["system calls"], 0.0, 0.005, State.UNCHANGED),
        (BY_NAME["page faults"], 0.0, 0.1, State.REGRESSED),
        (BY_NAME["bytes copied"], 0.0, 32.0, State.REGRESSED),
        (BY_NAME["allocations"], 1.0, 0.0, State.IMPROVED),
    ],
)
def test_a_rise_beyond_the_slack_is_a_regression(
    kind: Kind, base: float, candidate: float, state: State
) -> None:
    assert kind.state(base, candidate) is state


def test_operations_that_only_one_arm_has_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "per_operation", lambda kind, program: float(program[0]))
    monkeypatch.setattr(counting, "missing_tools", lambda: {"instructions": "it is missing"})
    counted = count({"a": ["1"], "old": ["1"]}, {"a": ["3"], "new": ["9"]}, lambda _: None)
    assert {found.operation for found in counted.counts} == {"a"}
    assert counted.left_out == {"instructions": "it is missing"}
    assert "instructions" not in {found.kind for found in counted.counts}
    assert "a: system calls 1.00 to 3.00" in [found.words for found in counted.rises()]


def test_a_tool_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    missing = counting.missing_tools()
    assert missing["instructions"] == "valgrind is missing"
    assert missing["locked"] in ("valgrind is missing", "it is known for x86_64 only")
    assert missing["system calls"] == "strace is missing"
    assert "page faults" not in missing


def test_a_program_that_fails_is_named_with_what_it_said() -> None:
    with pytest.raises(Broken, match="ended with 3"):
        per_operation(BY_NAME["page faults"], [sys.executable, "-c", "import sys; sys.exit(3)"])


def test_a_build_without_the_operations_has_no_native_programs(tmp_path: Path) -> None:
    assert native_programs(tmp_path / "operations") == {}


def test_the_calls_of_the_python_module_can_be_counted() -> None:
    programs = python_programs(Path(sys.executable))
    assert set(programs) == {"python reference_loop", "python sender", "python send"}
    faults = per_operation(BY_NAME["page faults"], programs["python send"])
    assert faults == pytest.approx(0.0, abs=0.05)
