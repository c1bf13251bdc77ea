# SPDX-License-Identifier: Apache-2.0
"""Runs tests of every kind, each once, and says of each how it ended."""

import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from fault_table import ROOT, Command, kind_of

PASSED, FAILED, SKIPPED, MISSING = "passed", "failed", "skipped", "missing"
# What a test with several parameters is called when they end differently: the first of these.
WORST = (FAILED, MISSING, SKIPPED, PASSED)
TIMEOUT_S = 1800


@dataclass(frozen=True)
class Group:
    """Tests that one process runs."""

    name: str
    kind: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Ending:
    """How a test ended; the text says why it did not pass."""

    outcome: str
    text: str = ""


def place_of(test: str) -> tuple[str, str]:
    """The kind of a test, and which process runs it."""
    kind = kind_of(test)
    if kind == "pytest":
        return kind, str(Path(test.partition("::")[0]).parent)
    words = test.split(" ")
    return kind, words[0] if kind == "gtest" else f"{kind} {words[1]}"


def groups(tests: Iterable[str]) -> list[Group]:
    """The tests by process: the core's first, then those that take longer."""
    order = {"gtest": 0, "cargo": 1, "pytest": 2, "run": 3}

    def key(test: str) -> tuple[int, str]:
        kind, place = place_of(test)
        return order[kind], place

    parts = groupby(sorted(set(tests), key=lambda test: (*key(test), test)), key)
    return [
        Group(place, kind_of(members[0]), members)
        for (_, place), members in ((name, tuple(part)) for name, part in parts)
    ]


def worst(outcomes: Iterable[Ending]) -> Ending:
    """Of one test's parameters, the one to be told."""
    return min(outcomes, key=lambda ending: WORST.index(ending.outcome), default=Ending(MISSING))


def call(command: list[str]) -> tuple[int, str]:
    """Exit status and output; a program that is not there or hangs is a failure."""
    environment = os.environ | {
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "CARGO_TARGET_DIR": str(ROOT / "build" / "cargo"),
        "TICKRING_LIB_DIR": str(ROOT / "build" / "core"),
    }
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError as missing:
        return 127, str(missing)
    except subprocess.TimeoutExpired:
        return 124, f"not over after {TIMEOUT_S} s"
    return done.returncode, done.stdout


def last_line(text: str) -> str:
    """What a program said in the end."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def run_google_tests(group: Group) -> dict[str, Ending]:
    """A GoogleTest program, its tests with all their parameters."""
    names = {test.partition(" ")[2]: test for test in group.tests}
    filters = [
        text
        for suite, _, name in (whole.partition(".") for whole in names)
        for text in (f"{suite}.{name}", f"{suite}/*.{name}", f"*/{suite}.{name}/*")
    ]
    with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
        report = Path(folder) / "report.json"
        program = ROOT / "build" / "tests" / f"{group.name}_test"
        _, said = call(
            [str(program), f"--gtest_filter={':'.join(filters)}", f"--gtest_output=json:{report}"]
        )
        if not report.exists():
            return dict.fromkeys(group.tests, Ending(FAILED, last_line(said)))
        suites = json.loads(report.read_text())["testsuites"]
    endings: dict[str, list[Ending]] = {test: [] for test in group.tests}
    for suite in suites:
        for case in suite["testsuite"]:
            parts = [part for part in suite["name"].split("/") if not part.isdigit()]
            whole = f"{parts[-1]}.{case['name'].split('/')[0]}"
            if whole in names:
                endings[names[whole]].append(google_ending(case))
    return {test: worst(found) for test, found in endings.items()}


def google_ending(case: dict) -> Ending:
    """How one case of a GoogleTest program ended."""
    if "failures" in case:
        return Ending(FAILED, case["failures"][0]["failure"].splitlines()[-1])
    if case["result"] == "SKIPPED":
        return Ending(SKIPPED, case.get("skipped", [{"message": ""}])[0]["message"].strip())
    return Ending(PASSED)


def run_python_tests(group: Group) -> dict[str, Ending]:
    """pytest for the files of one folder."""
    with tempfile.TemporaryDirectory(prefix="tickring-") as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        names = dict.fromkeys(test.partition("[")[0] for test in group.tests)
        _, said = call([sys.executable, "-m", "pytest", *options, *names])
        if not report.exists():
            return dict.fromkeys(group.tests, Ending(FAILED, last_line(said)))
        cases = list(ElementTree.parse(report).iter("testcase"))
    endings: dict[str, list[Ending]] = {test: [] for test in group.tests}
    for case in cases:
        file = case.get("classname", "").replace(".", "/") + ".py"
        name, _, parameters = case.get("name", "").rstrip("]").partition("[")
        for part in ("", *(f"[{word}]" for word in set(parameters.split("-")))):
            if (test := f"{file}::{name}{part}") in endings:
                endings[test].append(python_ending(case))
    return {test: worst(found) for test, found in endings.items()}


def python_ending(case: ElementTree.Element) -> Ending:
    """How one case of pytest ended."""
    for tag, outcome in (("failure", FAILED), ("error", FAILED), ("skipped", SKIPPED)):
        found = case.find(tag)
        if found is not None:
            return Ending(outcome, next(iter((found.get("message") or "").splitlines()), ""))
    return Ending(PASSED)


def run_rust_tests(group: Group) -> dict[str, Ending]:
    """The named tests of one crate."""
    crate = group.name.split(" ")[1]
    names = {test.split(" ")[2]: test for test in group.tests}
    _, said = call(["cargo", "test", "-p", crate, "--locked", "--no-fail-fast", "--", *names])
    endings: dict[str, list[Ending]] = {test: [] for test in group.tests}
    for path, word in re.findall(r"^test (\S+) \.\.\. (\w+)", said, re.MULTILINE):
        name = path.split("::")[-1]
        if name in names:
            outcome = {"ok": PASSED, "ignored": SKIPPED}.get(word, FAILED)
            endings[names[name]].append(Ending(outcome, "" if outcome == PASSED else word))
    return {
        test: worst(found) if found else Ending(FAILED, last_line(said))
        for test, found in endings.items()
    }


def run_command(
    group: Group, command: Command, in_part: bool, folder: Path | None
) -> dict[str, Ending]:
    """One of the project's own programs; 77 says that it cannot be run here. What it found goes
    into the folder, if there is one."""
    words = [sys.executable, *(command.in_part if in_part else command.whole)]
    if folder:
        words += ["--json", str(folder / f"{command.name}.json")]
    status, said = call(words)
    outcome = {0: PASSED, 77: SKIPPED}.get(status, FAILED)
    text = last_line(said) if outcome != PASSED else ""
    return dict.fromkeys(group.tests, Ending(outcome, text))


def run(
    parts: list[Group],
    commands: dict[str, Command],
    in_part: bool,
    folder: Path | None = None,
) -> Iterator[tuple[Group, dict[str, Ending]]]:
    """One group after the other: deadlines are judged, so nothing else is to run beside them."""
    runners = {"gtest": run_google_tests, "pytest": run_python_tests, "cargo": run_rust_tests}
    for group in parts:
        if group.kind == "run":
            name = group.name.split(" ")[1]
            yield group, run_command(group, commands[name], in_part, folder)
        else:
            yield group, runners[group.kind](group)
