# SPDX-License-Identifier: Apache-2.0
"""Adds up what the test suites counted and closes with one line of counts.

    count_tests.py LOGS

LOGS holds, for each suite: NAME.status (its exit status) and NAME.xml (JUnit) or NAME.cargo (what
`cargo test` printed); or NAME.skipped (why the whole suite was left out). Exit status 1: something
failed, nothing ran, or, with CI=true in the environment, something was skipped.
"""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Counts:
    """Tests by outcome; the two lists carry names."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def add_junit(counts: Counts, suite: str, path: Path) -> None:
    """Adds the test cases of a JUnit file."""
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{suite}: {case.get('classname', '')} {case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed.append(name)
        elif (skipped := case.find("skipped")) is not None:
            counts.skipped.append(f"{name} ({skipped.get('message') or 'no reason given'})")
        else:
            counts.passed += 1


def add_cargo(counts: Counts, suite: str, path: Path) -> None:
    """Adds what `cargo test` printed."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for passed in re.findall(r"^test result: .*? (\d+) passed;", text, re.MULTILINE):
        counts.passed += int(passed)
    failed = re.findall(r"^---- (.+) stdout ----$", text, re.MULTILINE)
    counts.failed.extend(f"{suite}: {name}" for name in failed)
    ignored = re.findall(r"^test (.+) \.\.\. ignored", text, re.MULTILINE)
    counts.skipped.extend(f"{suite}: {name} (ignored)" for name in ignored)


def add_suite(counts: Counts, status_file: Path) -> None:
    """Adds one suite; a suite that ended badly without a failed test is a failure by itself."""
    suite = status_file.stem
    failed_before = len(counts.failed)
    if (junit := status_file.with_suffix(".xml")).exists():
        add_junit(counts, suite, junit)
    if (cargo := status_file.with_suffix(".cargo")).exists():
        add_cargo(counts, suite, cargo)
    status = int(status_file.read_text())
    if status != 0 and len(counts.failed) == failed_before:
        counts.failed.append(f"{suite}: ended with status {status}")


def count(logs: Path) -> Counts:
    """Adds up all suites of a folder of logs."""
    counts = Counts()
    for status_file in sorted(logs.glob("*.status")):
        add_suite(counts, status_file)
    for skipped in sorted(logs.glob("*.skipped")):
        counts.skipped.append(f"{skipped.stem}: all of it ({skipped.read_text().strip()})")
    return counts


def main() -> int:
    """Prints the names of what did not pass, then the counts."""
    counts = count(Path(sys.argv[1]))
    for name in counts.skipped:
        print(f"skipped: {name}")
    for name in counts.failed:
        print(f"FAILED: {name}")
    skip_is_failure = os.environ.get("CI") == "true" and bool(counts.skipped)
    if skip_is_failure:
        print("in CI a skipped test is a failure")
    print(f"{counts.passed} passed, {len(counts.failed)} failed, {len(counts.skipped)} skipped")
    return int(bool(counts.failed) or skip_is_failure or counts.passed == 0)


if __name__ == "__main__":
    sys.exit(main())
