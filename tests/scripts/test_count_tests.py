# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from scripts import count_tests

JUNIT = """\
<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure message="no"/></testcase>
<testcase classname="a" name="left out"><skipped message="strace is missing"/></testcase>
</testsuite></testsuites>
"""
CARGO = """\
test one ... ok
test two ... ignored
test three ... FAILED

---- three stdout ----
test result: FAILED. 4 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out
"""


def run(logs: Path, monkeypatch: pytest.MonkeyPatch, ci: str = "") -> int:
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(logs)])
    monkeypatch.setenv("CI", ci)
    return count_tests.main()


def suite(logs: Path, name: str, status: int, suffix: str, text: str) -> None:
    (logs / f"{name}.status").write_text(f"{status}\n")
    (logs / f"{name}.{suffix}").write_text(text)


def test_junit_outcomes_are_counted_and_named(tmp_path: Path) -> None:
    suite(tmp_path, "cpp", 1, "xml", JUNIT)
    counts = count_tests.count(tmp_path)
    assert counts.passed == 1
    assert counts.failed == ["cpp: a bad"]
    assert counts.skipped == ["cpp: a left out (strace is missing)"]


def test_cargo_outcomes_are_counted_and_named(tmp_path: Path) -> None:
    suite(tmp_path, "rust", 101, "cargo", CARGO)
    counts = count_tests.count(tmp_path)
    assert counts.passed == 4
    assert counts.failed == ["rust: three"]
    assert counts.skipped == ["rust: two (ignored)"]


def test_a_suite_that_ends_badly_without_a_failed_test_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "tsan.status").write_text("66\n")
    assert count_tests.count(tmp_path).failed == ["tsan: ended with status 66"]


def test_the_last_line_gives_the_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite(tmp_path, "cpp", 1, "xml", JUNIT)
    assert run(tmp_path, monkeypatch) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_skip_is_a_failure_only_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite(tmp_path, "cpp", 0, "xml", '<a><testcase classname="a" name="good"/></a>')
    (tmp_path / "tsan.skipped").write_text("clang++-19 is missing\n")
    assert run(tmp_path, monkeypatch) == 0
    assert run(tmp_path, monkeypatch, ci="true") == 1


def test_no_test_at_all_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tmp_path, monkeypatch) == 1
