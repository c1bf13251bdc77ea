# SPDX-License-Identifier: Apache-2.0
"""The table of faults: faults.toml read, and whether the tests that it names exist."""

import ast
import functools
import re
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE = HERE / "faults.toml"
IDS = [f"F{number}" for number in range(1, 151)]
PRIORITIES = ("P0", "P1", "P2")
STATES = ("tested", "not applicable", "open")


class TableError(Exception):
    """The table says something that cannot be; the text names the fault."""


@dataclass(frozen=True)
class Command:
    """A Python program of the project that is a test by its exit status and writes --json FILE;
    below, its path and its arguments."""

    name: str
    does: str
    whole: tuple[str, ...]
    in_part: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """One row."""

    id: str
    title: str
    priority: str
    state: str
    tests: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True)
class Table:
    """All of it."""

    faults: list[Fault] = field(default_factory=list)
    commands: dict[str, Command] = field(default_factory=dict)


def read(path: Path = TABLE) -> Table:
    """The table; raises TableError."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    commands = {
        name: Command(name, row["does"], tuple(row["whole"]), tuple(row["in_part"]))
        for name, row in content.get("command", {}).items()
    }
    faults = [
        Fault(**{**row, "tests": tuple(row.get("tests", ()))}) for row in content.get("fault", [])
    ]
    for fault in faults:
        check(fault)
    return Table(faults, commands)


def check(fault: Fault) -> None:
    """Raises TableError where a row contradicts itself."""
    wrong = ""
    if fault.priority not in PRIORITIES:
        wrong = f"priority is {fault.priority!r}; one of {', '.join(PRIORITIES)} is needed"
    elif fault.state not in STATES:
        wrong = f"state is {fault.state!r}; one of {', '.join(STATES)} is needed"
    elif (fault.state == "tested") != bool(fault.tests):
        wrong = f"state is {fault.state!r} with {len(fault.tests)} tests"
    elif (fault.state == "tested") == bool(fault.because):
        wrong = "because is for what is not tested, and needed there"
    elif len(set(fault.tests)) != len(fault.tests):
        wrong = "a test is named twice"
    if wrong:
        raise TableError(f"{fault.id}: {wrong}")


def kind_of(test: str) -> str:
    """pytest, cargo, run or gtest."""
    if "::" in test:
        return "pytest"
    first = test.split(" ")[0]
    return first if first in ("cargo", "run") else "gtest"


@functools.cache
def python_tests(file: Path) -> frozenset[str]:
    """The functions of a file that pytest would collect."""
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@functools.cache
def has_rows(file: Path, part: str) -> bool:
    """Whether a table beside a file of tests has rows of that name."""
    return any(f'"{part}"' in table.read_text() for table in file.parent.glob("*.toml"))


@functools.cache
def google_tests(binary: str) -> frozenset[str]:
    """The tests of a source, as SUITE.NAME without parameters."""
    folder, _, name = binary.partition("/")
    source = ROOT / "tests" / folder / f"{name.removeprefix(f'{folder}_')}_test.cpp"
    if not source.is_file():
        return frozenset()
    macro = r"^(?:TYPED_)?TEST(?:_[FP])?\((\w+),\s*(\w+)\)"
    found = re.findall(macro, source.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(f"{suite}.{name}" for suite, name in found)


@functools.cache
def rust_tests() -> dict[str, frozenset[str]]:
    """The tests of each crate of the workspace."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*Cargo.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    crates = {}
    for manifest in (ROOT / name for name in listed):
        package = tomllib.loads(manifest.read_text(encoding="utf-8")).get("package")
        if package:
            text = "\n".join(path.read_text() for path in manifest.parent.rglob("*.rs"))
            crates[package["name"]] = frozenset(re.findall(r"#\[test\]\s+fn (\w+)", text))
    return crates


def exists(test: str, table: Table) -> bool:
    """Whether there is such a test, by its source."""
    kind = kind_of(test)
    if kind == "pytest":
        file, _, name = test.partition("::")
        name, _, part = name.rstrip("]").partition("[")
        return name in python_tests(ROOT / file) and (not part or has_rows(ROOT / file, part))
    first, _, rest = test.partition(" ")
    if kind == "run":
        return rest in table.commands
    if kind == "cargo":
        crate, _, name = rest.partition(" ")
        return name in rust_tests().get(crate, frozenset())
    return rest in google_tests(first)
