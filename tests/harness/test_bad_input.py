# SPDX-License-Identifier: Apache-2.0
"""What a person can get wrong: a sentence, exit code 2, nothing left behind."""

import os
from pathlib import Path

import pytest
from harness_calls import Harness

BAD_FLAGS = [
    ("--messages", "0", "a whole number from 1 to 4294967295"),
    ("--messages", "-5", "a whole number from 1 to 4294967295"),
    ("--messages", "many", "a whole number from 1 to 4294967295"),
    ("--messages", "1" + 99 * "0", "a whole number from 1 to 4294967295"),
    ("--messages", "1e6", "a whole number from 1 to 4294967295"),
    ("--messages", "", "a whole number from 1 to 4294967295"),
    ("--duration-s", "0", "seconds from 0.001 to 86400"),
    ("--duration-s", "nan", "seconds from 0.001 to 86400"),
    ("--payload-bytes", "31", "a whole number from 32 to"),
    ("--payload-bytes", "99999999999", "a whole number from 32 to"),
    ("--capacity-bytes", "1000000", "a power of two from 4096 to 2147483648"),
    ("--capacity-bytes", "2048", "a power of two from 4096 to 2147483648"),
    ("--publish-every", "0", "a whole number from 1 to"),
    ("--flush-every", "-1", "a whole number from 0 to"),
    ("--rate", "fast", "a whole number from 1 to 1000000000"),
    ("--rate", "0", "a whole number from 1 to 1000000000"),
    ("--rate", "-1", "a whole number from 1 to 1000000000"),
    ("--sample-capacity", "2047", "a whole number from 2048 to 134217728"),
    ("--wait", "sleep", "one of spin hybrid park"),
    ("--pattern", "sideways", "one of one-way round-trip"),
    ("--clock", "tsc", "one of realtime monotonic"),
    ("--contents", "odd", "one of tick mixed"),
    ("--placement", "near", "one of same-core same-l2 same-l3 cross-l3 cross-package"),
    ("--producer-cpu", "-1", "a whole number from 0 to"),
    ("--timeout-s", "0", "seconds from 0.1 to 86400"),
    ("--transport", "../fake", "a name of a-z, 0-9, _ and -"),
]


@pytest.mark.parametrize(("flag", "value", "allowed"), BAD_FLAGS)
def test_a_bad_value_is_refused_with_flag_value_and_what_is_allowed(
    harness: Harness, flag: str, value: str, allowed: str
) -> None:
    outcome = harness.run(flag, value)
    assert outcome.status == 2
    assert outcome.err.startswith(f"tickring: {flag} '{value}' is not allowed; give {allowed}")
    assert outcome.err.count("\n") == 1
    assert harness.runs == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("run", "nonesuch"),
            "unknown scenario 'nonesuch'; known: batch pingpong seed",
        ),
        (("run", "none/such.toml"), "no scenario file 'none/such.toml'"),
        (("run", "--fast"), "--fast"),
        (("run", "seed", "seed"), "seed"),
        (("dance",), "dance"),
        ((), "subcommand"),
        (("run", "--transport", "fax"), "no consumer 'rust' for transport 'fax'; found:"),
        (("run", "--consumer", "perl"), "no consumer 'perl' for transport 'ring'; found:"),
        (
            ("run", "pingpong", "--transport", "fax"),
            "no consumer 'c' for transport 'fax-round-trip'",
        ),
        (("run", "pingpong", "--rate", "5"), "--rate '5' is not allowed with --pattern round-trip"),
        (("run", "--pattern", "round-trip"), "--publish-every '32' is not allowed with --pattern"),
        (("run", "pingpong", "--flush-every", "2"), "--flush-every '2' is not allowed with"),
        (("run", "pingpong", "--contents", "mixed"), "--contents 'mixed' is not allowed with"),
        (("run", "pingpong", "--stamp", "none"), "--stamp 'none' is not allowed with --pattern"),
        (("run", "pingpong", "--instrumented"), "--instrumented is not allowed with --pattern"),
        (
            ("run", "--stamp", "none", "--instrumented"),
            "--instrumented is not allowed with --stamp",
        ),
        (("bench", "--messages", "0"), "--messages '0' is not allowed"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(
    harness: Harness, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = harness.call(*arguments)
    assert outcome.status == 2
    assert outcome.err.startswith("tickring: ")
    assert sentence in outcome.err


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("messages = 5\nmessages = 6\n", 2, ""),
        ("messages = \n", 1, ""),
        ("\n\nhaste = 5\n", 3, "unknown key 'haste'; known: description instrumented pattern"),
        ("\nmessages = 0\n", 2, "messages '0' is not allowed; give a whole number from 1"),
        ("rate_per_s = 0\n", 1, "rate_per_s '0' is not allowed; give a whole number from 1"),
        ("messages = '5'\n", 1, "messages has the wrong type; give a whole number from 1"),
        ("messages = 1.5\n", 1, "messages has the wrong type; give a whole number from 1"),
        ("messages = 1" + 99 * "0" + "\n", 1, ""),
        ("instrumented = 1\n", 1, "instrumented has the wrong type; give true or false"),
        ("wait = 3\n", 1, "wait has the wrong type; give one of spin hybrid park"),
        ("wait = 'sleep'\n", 1, "wait 'sleep' is not allowed; give one of spin hybrid park"),
        ("[deep]\nmessages = 5\n", 1, "unknown key 'deep'"),
    ],
)
def test_a_bad_scenario_file_is_refused_with_its_line(
    harness: Harness, text: str, line: int, sentence: str
) -> None:
    file = harness.folder / "mine.toml"
    file.write_text(text)
    outcome = harness.call("run", "mine.toml")
    assert outcome.status == 2
    assert outcome.err.startswith(f"tickring: mine.toml:{line}: ")
    assert sentence in outcome.err


def test_a_scenario_file_that_is_a_folder_is_refused(harness: Harness) -> None:
    (harness.folder / "mine.toml").mkdir()
    outcome = harness.call("run", "mine.toml")
    assert (outcome.status, "no scenario file 'mine.toml'" in outcome.err) == (2, True)


def test_a_cpu_that_does_not_exist_is_refused_with_those_that_do(harness: Harness) -> None:
    outcome = harness.run("--producer-cpu", "777777")
    assert outcome.status == 2
    assert "--producer-cpu '777777' does not exist; give one of 0" in outcome.err


def test_a_cpu_that_is_not_allowed_is_refused_with_those_that_are(harness: Harness) -> None:
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        pytest.skip("needs two CPUs")
    outcome = harness.run(
        "--consumer-cpu", str(others[0]), preexec_fn=lambda: os.sched_setaffinity(0, {first})
    )
    assert outcome.status == 2
    assert f"--consumer-cpu '{others[0]}' is not allowed to this process" in outcome.err


def test_two_spinners_on_one_cpu_are_refused_with_the_ways_out(harness: Harness) -> None:
    first = min(os.sched_getaffinity(0))
    outcome = harness.run(preexec_fn=lambda: os.sched_setaffinity(0, {first}))
    assert outcome.status == 2
    assert "--wait park or --allow-unpinned" in outcome.err


def test_a_placement_that_no_pair_has_is_refused_with_those_there_are(harness: Harness) -> None:
    outcome = harness.run("--placement", "cross-package", "--consumer-cpu", "0")
    if outcome.status == 0:
        pytest.skip("this machine has two packages")
    assert outcome.status == 2
    assert "--placement 'cross-package' fits no pair of CPUs here; there is: " in outcome.err


@pytest.mark.parametrize("out", ["a-file", "a-file/below", "/proc/1/below", "/sys/below"])
def test_an_output_folder_that_cannot_be_written_to_is_refused(harness: Harness, out: str) -> None:
    file = harness.folder / "a-file"
    file.write_text("precious")
    outcome = harness.run("--out", out)
    assert outcome.status == 2
    assert f"--out '{out}' is not allowed; give a directory" in outcome.err
    assert file.read_text() == "precious"


def test_a_participant_that_may_not_be_executed_is_refused(harness: Harness) -> None:
    folder = harness.folder / "more" / "producers" / "fake"
    folder.mkdir(parents=True)
    (folder / "plain").write_text("not a program")
    harness.environment["TICKRING_PARTICIPANTS"] = str(harness.folder / "more")
    consumers = harness.folder / "more" / "consumers" / "fake"
    consumers.mkdir(parents=True)
    (consumers / "plain.py").write_text("")
    outcome = harness.run("--transport", "plain")
    assert (outcome.status, "may not be executed" in outcome.err) == (2, True)


def test_a_file_that_is_no_program_does_not_run(harness: Harness) -> None:
    for role in ("producers", "consumers"):
        folder = harness.folder / "more" / role / "fake"
        folder.mkdir(parents=True)
        (folder / "plain").write_text("not a program")
        (folder / "plain").chmod(0o755)
    harness.environment["TICKRING_PARTICIPANTS"] = str(harness.folder / "more")
    outcome = harness.run("--transport", "plain")
    assert (outcome.status, "cannot run " in outcome.err) == (4, True)


def test_a_runtime_folder_whose_sockets_would_have_too_long_names_is_refused(
    harness: Harness,
) -> None:
    deep = Path(harness.runtime) / ("d" * 80)
    deep.mkdir()
    harness.environment["XDG_RUNTIME_DIR"] = str(deep)
    outcome = harness.run()
    assert (outcome.status, "XDG_RUNTIME_DIR" in outcome.err) == (2, True)
