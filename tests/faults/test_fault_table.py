# SPDX-License-Identifier: Apache-2.0
"""The table of faults is whole, and its driver sees what does not pass."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fault_runners import FAILED, MISSING, PASSED, SKIPPED, Ending, groups, run
from fault_table import IDS, ROOT, Command, Fault, TableError, check, exists, kind_of, read
from faults import is_good, judge

HERE = Path(__file__).resolve().parent


def test_every_fault_is_there_once_and_in_order() -> None:
    assert [fault.id for fault in read().faults] == IDS


def test_every_test_that_is_named_exists() -> None:
    table = read()
    named = {test for fault in table.faults for test in fault.tests}
    assert [test for test in sorted(named) if not exists(test, table)] == []


def test_every_command_is_used_and_there() -> None:
    table = read()
    named = {test for fault in table.faults for test in fault.tests}
    for name, command in table.commands.items():
        assert f"run {name}" in named
        assert command.whole[0] == command.in_part[0]
        assert (ROOT / command.whole[0]).is_file()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"state": "tested"}, "0 tests"),
        ({"state": "open"}, "because"),
        ({"state": "open", "because": "x", "tests": ("a b",)}, "1 tests"),
        ({"state": "shown"}, "state is 'shown'"),
        ({"state": "tested", "tests": ("a b", "a b")}, "twice"),
        ({"state": "tested", "tests": ("a b",), "priority": "P7"}, "priority is 'P7'"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(row: dict, words: str) -> None:
    with pytest.raises(TableError, match=words):
        check(Fault(**{"id": "F1", "title": "t", "priority": "P0", **row}))


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        ("tests/faults/test_fault_table.py::test_a_name_tells_its_kind", "pytest"),
        ("tests/hostile/test_hostile.py::test_a_handshake_goes_wrong[F41]", "pytest"),
        ("core/producer ProducerTest.RollbackLeavesNoTrace", "gtest"),
        ("harness/harness_floors PinnedWork.RunsOnTheCpuThatIsGiven", "gtest"),
        ("cargo tickring a_message_arrives_with_its_bytes_and_its_type", "cargo"),
        ("run kill_sweep", "run"),
    ],
)
def test_a_name_tells_its_kind(test: str, kind: str) -> None:
    table = read()
    assert kind_of(test) == kind
    assert exists(test, table)
    assert not exists(test + "_not", table)


def test_each_program_runs_all_its_tests_at_once() -> None:
    tests = ["core/producer A.B", "tests/x/test_a.py::test_a", "run r", "core/producer A.C"]
    found = groups([*tests, *tests])
    assert [group.tests for group in found] == [
        ("core/producer A.B", "core/producer A.C"),
        ("tests/x/test_a.py::test_a",),
        ("run r",),
    ]


def fault(*tests: str, priority: str = "P0") -> Fault:
    return Fault("F1", "t", priority, "tested", tests)


def test_a_fault_is_as_good_as_its_worst_test() -> None:
    endings = {"a": Ending(PASSED), "b": Ending(SKIPPED, "no tool"), "c": Ending(FAILED, "2 != 3")}
    assert judge(fault("a"), endings).outcome == PASSED
    assert judge(fault("a", "b"), endings) == Ending(SKIPPED, "b: no tool")
    assert judge(fault("b", "c", "a"), endings) == Ending(FAILED, "c: 2 != 3")
    assert judge(fault("a", "d"), endings).outcome == FAILED


@pytest.mark.parametrize(
    ("priority", "outcome", "good"),
    [
        ("P0", PASSED, True),
        ("P0", "not applicable", True),
        ("P0", "open", False),
        ("P1", SKIPPED, False),
        ("P1", FAILED, False),
        ("P2", "open", True),
        ("P2", FAILED, False),
    ],
)
def test_what_was_not_shown_is_not_good(priority: str, outcome: str, good: bool) -> None:
    assert is_good(fault("a", priority=priority), Ending(outcome)) == good


TESTS_OF_EVERY_OUTCOME = """
import pytest
def test_passes(): pass
def test_fails(): assert 2 == 3
def test_is_skipped(): pytest.skip("no tool")
@pytest.mark.parametrize("n", [1, 2])
def test_fails_for_two(n): assert n == 1
"""


def test_endings_are_those_of_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_all.py").write_text(TESTS_OF_EVERY_OUTCOME)
    monkeypatch.setattr("fault_runners.ROOT", tmp_path)
    names = ("passes", "fails", "is_skipped", "fails_for_two", "is_not_there")
    tests = [f"test_all.py::test_{name}" for name in names]
    ((_, endings),) = run(groups(tests[:4]), {}, in_part=False)
    assert [endings[test].outcome for test in tests[:4]] == [PASSED, FAILED, SKIPPED, FAILED]
    parts = [f"{tests[3]}[{parameter}]" for parameter in (1, 2, 3)]
    ((_, endings),) = run(groups(parts), {}, in_part=False)
    assert [endings[part].outcome for part in parts] == [PASSED, FAILED, MISSING]
    ((_, endings),) = run(groups(tests[3:]), {}, in_part=False)
    assert {ending.outcome for ending in endings.values()} <= {FAILED, MISSING}


def command(folder: Path, script: str) -> Command:
    program = folder / "program.py"
    program.write_text(script)
    return Command("c", "does", (str(program), "whole"), (str(program),))


@pytest.mark.parametrize(("status", "outcome"), [(0, PASSED), (1, FAILED), (77, SKIPPED)])
def test_a_command_is_judged_by_its_exit_status(status: int, outcome: str, tmp_path: Path) -> None:
    said = command(tmp_path, f"import sys; print('said'); sys.exit({status})")
    ((_, endings),) = run(groups(["run c"]), {"c": said}, in_part=False)
    assert endings["run c"] == Ending(outcome, "" if outcome == PASSED else "said")


def test_a_command_writes_what_it_found_beside_the_outcome(tmp_path: Path) -> None:
    write = "import sys; open(sys.argv[3], 'w').write(' '.join(sys.argv[1:3]))"
    list(run(groups(["run c"]), {"c": command(tmp_path, write)}, False, tmp_path))
    assert (tmp_path / "c.json").read_text() == "whole --json"


def test_a_google_test_is_found_with_all_its_parameters() -> None:
    tests = ["core/handshake OfferedCapacityTest.IsRefusedByTheConnector"]
    tests += ["core/wait WaitTest.TimesOutWhenNothingComesAndNotBefore"]
    endings = {test: e for _, found in run(groups(tests), {}, False) for test, e in found.items()}
    assert {test: ending.outcome for test, ending in endings.items()} == dict.fromkeys(
        tests, PASSED
    )


def test_the_driver_prints_a_line_for_each_fault_and_a_sum(tmp_path: Path) -> None:
    report = tmp_path / "faults.json"
    words = [sys.executable, str(HERE / "faults.py"), "--only", "F102", "F76", "--json", report]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("F76  P1  ") and ": not applicable: " in lines[0]
    assert lines[1].startswith("F102 P0  ") and lines[1].endswith(": passed")
    assert lines[2].startswith("2 faults: 1 passed, 1 not applicable; 2 tests in ")
    assert json.loads(report.read_text())["counts"]["passed"] == 1


def test_a_fault_that_nobody_knows_is_a_wrong_use() -> None:
    words = [sys.executable, str(HERE / "faults.py"), "--only", "F151"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--only is 'F151'; F1 to F150 are allowed" in done.stderr
