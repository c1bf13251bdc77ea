# SPDX-License-Identifier: Apache-2.0
"""The deterministic channel: what an operation costs in things that can be counted.

Each count is the difference of two lengths of the same program, over the difference of the lengths,
so that start and end cancel. What cannot be counted here is left out by name.
"""

import dataclasses
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tickring_gate import locked
from tickring_gate.decision import State
from tickring_gate.errors import Broken

SHORT, LONG = 1000, 11000  # operations
PYTHON_OPERATIONS = Path(__file__).with_name("python_operations.py")
# Python must not hash differently from run to run.
ENVIRONMENT = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
TIMEOUT_S = 300
TOGETHER = 2  # programs at a time: counts do not mind
PYTHON = "python "

Program = Sequence[str | Path]


@dataclasses.dataclass(frozen=True)
class Kind:
    """Something to count. tools: that are needed; more than `slack_share` and `slack` is a rise."""

    name: str
    tools: tuple[str, ...]
    count: Callable[[Program, Path], int]
    slack: float
    slack_share: float = 0.0
    for_python: bool = True  # whether the interpreter leaves it the same from run to run
    machine: str | None = None  # the only one that it is known for; None: any

    def state(self, base: float, candidate: float) -> State:
        """Whether the candidate costs more, or less, by more than the slack allows."""
        rise = candidate - base
        if abs(rise) < self.slack or abs(rise) <= self.slack_share * base:
            return State.UNCHANGED
        return State.REGRESSED if rise > 0 else State.IMPROVED

    def why_not(self) -> str | None:
        """Why it cannot be counted here."""
        if self.machine not in (None, platform.machine()):
            return f"it is known for {self.machine} only"
        missing = [tool for tool in self.tools if shutil.which(tool) is None]
        return f"{missing[0]} is missing" if missing else None


@dataclasses.dataclass(frozen=True)
class Count:
    """What one operation costs in both arms."""

    operation: str
    kind: str
    base: float
    candidate: float
    state: State

    @property
    def words(self) -> str:
        """For a sentence."""
        return f"{self.operation}: {self.kind} {self.base:.2f} to {self.candidate:.2f}"


@dataclasses.dataclass(frozen=True)
class Counted:
    """All counts; left_out: why, by kind."""

    counts: Sequence[Count] = ()
    left_out: dict[str, str] = dataclasses.field(default_factory=dict)

    def __add__(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted([*self.counts, *other.counts], self.left_out | other.left_out)

    def rises(self) -> list[Count]:
        """What costs more than the slack allows."""
        return [count for count in self.counts if count.state is State.REGRESSED]


def _run(command: Program) -> str:
    try:
        done = subprocess.run(
            command,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Broken(f"{command[0]} did not end within {TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise Broken(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-200:]}")
    return done.stdout + done.stderr


def _found(pattern: str, text: str, what: str) -> int:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise Broken(f"{what} counted nothing")
    return int(match[1].replace(",", ""))


def _instructions(program: Program, folder: Path) -> int:
    out = folder / "callgrind"
    _run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *program])
    return _found(r"^(?:totals|summary): (\d+)", out.read_text(), "callgrind")


def _locked(program: Program, folder: Path) -> int:
    out = folder / "callgrind"
    _run([*locked.CALLGRIND, f"--callgrind-out-file={out}", *program])
    with out.open() as profile:
        return locked.locked_executions(profile)


def _allocations(program: Program, _folder: Path) -> int:
    told = _run(["valgrind", "--tool=memcheck", "--undef-value-errors=no", *program])
    return _found(r"total heap usage: ([\d,]+) allocs", told, "memcheck")


def _copied_bytes(program: Program, folder: Path) -> int:
    out = f"--dhat-out-file={folder / 'dhat'}"
    told = _run(["valgrind", "--tool=dhat", "--mode=copy", out, *program])
    return _found(r"Total:\s+([\d,]+) bytes", told, "dhat")


def _system_calls(program: Program, folder: Path) -> int:
    out = folder / "strace"
    _run(["strace", "-f", "-qq", "-o", out, *program])
    return len(out.read_text(errors="replace").splitlines())


def _page_faults(program: Program, _folder: Path) -> int:
    """Minor ones: major ones depend on what others have read."""
    child = subprocess.Popen(program, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Broken(f"{program[0]} ended with {child.returncode}")
    return usage.ru_minflt


KINDS = (
    Kind("instructions", ("valgrind",), _instructions, slack=2.0, slack_share=0.02),
    Kind("locked", ("valgrind", "objdump"), _locked, slack=0.02, machine="x86_64"),
    Kind("allocations", ("valgrind",), _allocations, slack=0.05, for_python=False),
    Kind("bytes copied", ("valgrind",), _copied_bytes, slack=2.0, for_python=False),
    Kind("system calls", ("strace",), _system_calls, slack=0.02),
    Kind("page faults", (), _page_faults, slack=0.05),
)


def missing_tools() -> dict[str, str]:
    """By kind: why it cannot be counted here."""
    return {kind.name: why for kind in KINDS if (why := kind.why_not()) is not None}


def native_programs(operations: Path) -> dict[str, Program]:
    """By name: the operations of a build; none where it has no such program."""
    if not operations.exists():
        return {}
    return {name: (operations, name) for name in _run([operations]).split()}


def python_programs(python: Path) -> dict[str, Program]:
    """The same for the calls of an arm's Python module."""
    names = _run([python, PYTHON_OPERATIONS]).split()
    return {f"{PYTHON}{name}": (python, PYTHON_OPERATIONS, name) for name in names}


def count(
    base: Mapping[str, Program], candidate: Mapping[str, Program], say: Callable[[str], None]
) -> Counted:
    """Every kind that can be counted here, of every operation that both have; two at a time."""
    left_out = missing_tools()
    operations = [name for name in base if name in candidate]
    tasks = [
        (operation, kind)
        for operation in operations
        for kind in KINDS
        if kind.name not in left_out and (kind.for_python or not operation.startswith(PYTHON))
    ]
    say(f"counting {', '.join(kind.name for kind in KINDS if kind.name not in left_out)}")

    def both(task: tuple[str, Kind]) -> Count:
        operation, kind = task
        costs = [per_operation(kind, arm[operation]) for arm in (base, candidate)]
        return Count(operation, kind.name, *costs, kind.state(*costs))

    with ThreadPoolExecutor(TOGETHER) as threads:
        return Counted(list(threads.map(both, tasks)), left_out)


def per_operation(kind: Kind, program: Program) -> float:
    """What one operation costs."""
    with tempfile.TemporaryDirectory(prefix="tickring-counts-") as name:
        short, long = (kind.count([*program, str(count)], Path(name)) for count in (SHORT, LONG))
    return (long - short) / (LONG - SHORT)
