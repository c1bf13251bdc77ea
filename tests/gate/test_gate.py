# SPDX-License-Identifier: Apache-2.0
"""Whole gates over commands that answer at once; the probes are answered by a script."""

import dataclasses
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tickring_gate.blocks import SLICES_PER_ARM
from tickring_gate.decision import LOOKS

SCHEMA = json.loads((Path(__file__).parents[2] / "harness" / "gate.schema.json").read_text())
PROBE = '{"status":"complete","round_trip":{"trimmed_mean_ns":120}}'
# What else runs on this machine is no part of these tests.
QUIET_GATE = """
import sys
from pathlib import Path
from tickring_gate import command, disturbance
disturbance.STAT = disturbance.PRESSURE = Path("/nowhere")
sys.exit(command.main(sys.argv[1:]))
"""
# From 1 to 256, every time another, and the same ones in each gate: the decision is by chance.
NOISE = (
    "n=$(cat n 2>/dev/null || echo 1); n=$(((n * 75 + 74) % 65537)); echo $n >n; "
    "echo $((1 + n % 256)) ns"
)


@dataclasses.dataclass
class Gate:
    """A gate in a folder of its own."""

    folder: Path

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:  # noqa: ANN401
        command = [sys.executable, "-c", QUIET_GATE, *words]
        command += ["--tickring", str(self.folder / "tickring"), "--out", str(self.folder / "out")]
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.Popen(
            command, cwd=self.folder, stderr=subprocess.PIPE, text=True, **options
        )

    def run(self, *words: str, status: int, **options: Any) -> tuple[str, str]:  # noqa: ANN401
        process = self.start(*words, **options)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == status, errors
        assert "Traceback" not in errors
        return output, errors

    def compare(self, base: str, head: str, *more: str, status: int) -> tuple[str, str]:
        return self.run("--base-cmd", base, "--head-cmd", head, *more, status=status)

    def document(self) -> dict[str, Any]:
        (folder,) = (self.folder / "out").glob("*-gate")
        document = json.loads((folder / "gate.json").read_text())
        jsonschema.validate(document, SCHEMA)
        assert (folder / "gate.png").read_bytes().startswith(b"\x89PNG")
        return document


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    command = tmp_path / "tickring"
    command.write_text(f"#!/bin/sh\necho '{PROBE}'\n")
    command.chmod(0o755)
    return Gate(tmp_path)


def test_commands_that_cost_the_same_pass(gate: Gate) -> None:
    output, _ = gate.compare("echo 100 ns", "echo 100 ns", status=0)
    document = gate.document()
    assert (document["status"], document["verdict"]) == ("complete", "PASS")
    assert output.startswith("PASS: no end point is slower by more than its margin\n")
    assert all(len(line) <= 80 for line in output.splitlines())
    (point,) = document["end_points"]
    assert [finding["state"] for finding in point["stages"]] == ["unchanged"]


def test_a_slower_command_fails_after_it_was_seen_twice(gate: Gate) -> None:
    output, errors = gate.compare("echo cost 100 ns", "echo cost 105 ns", status=1)
    document = gate.document()
    assert document["verdict"] == "FAIL"
    assert [finding["state"] for finding in document["end_points"][0]["stages"]] == [
        "regressed",
        "regressed",
    ]
    assert {block["stage"] for block in document["blocks"]} == {1, 2}
    for block in document["blocks"]:
        assert block["ratios"] == {"cost": {"candidate": pytest.approx(1.05), "control": 1.0}}
    assert "cost +5.0%" in output
    assert "gate: slower at first: cost; linking anew to see it again" in errors


def test_a_command_that_is_slower_at_first_only_is_no_fail(gate: Gate) -> None:
    # Of the candidate: slower in the trial and in all of its runs up to the first look.
    first = 1 + LOOKS[0] * SLICES_PER_ARM
    slow = (
        "n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; "
        f"if [ $n -lt {first} ]; then echo 105 ns; else echo 100 ns; fi"
    )
    output, _ = gate.compare("echo 100 ns", slow, status=3)
    assert output.startswith("INCONCLUSIVE: slower at first (value +5.0%)")


def test_a_faster_command_passes_and_is_told(gate: Gate) -> None:
    output, _ = gate.compare("echo rate 100 msg/s", "echo rate 110 msg/s", status=0)
    assert output.startswith("PASS: nothing is slower; faster: rate -9.1%\n")


def test_noise_that_hides_everything_is_inconclusive(gate: Gate) -> None:
    output, _ = gate.compare(NOISE, NOISE, "--seed", "1", status=3)
    assert output.startswith("INCONCLUSIVE: value: at this noise ")
    assert gate.document()["end_points"][0]["stages"][0]["smallest_effect"] > 0.1


def test_json_is_all_that_is_on_standard_output(gate: Gate) -> None:
    output, errors = gate.compare("echo 1 ns", "echo 1 ns", "--json", "--seed", "7", status=0)
    assert json.loads(output) == gate.document()
    assert json.loads(output)["settings"]["seed"] == 7
    assert "PASS: " in errors


def test_an_interrupt_keeps_what_was_measured_marked_incomplete(gate: Gate) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        (gate.folder / "n").unlink(missing_ok=True)
        fifo = gate.folder / f"fifo-{number}"
        os.mkfifo(fifo)
        waits = f"if [ -e n ]; then echo x >{fifo}; sleep 1000; else touch n; echo 1 ns; fi"
        process = gate.start("--base-cmd", "echo 1 ns", "--head-cmd", waits)
        assert fifo.read_text() == "x\n"
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "INCOMPLETE: interrupted" in output
        assert "Traceback" not in errors
        document = gate.document()
        assert (document["status"], document["verdict"]) == ("incomplete", None)
        subprocess.run(["rm", "-r", gate.folder / "out"], check=True)


@pytest.mark.parametrize(
    ("base", "head", "status", "words"),
    [
        ("echo 1 ns", "exit 7", 4, "'exit 7' ended with 7"),
        ("echo nothing", "echo nothing", 2, "1 to 3 lines of the form NAME NUMBER UNIT"),
    ],
)
def test_commands_that_cannot_be_compared_are_named(
    gate: Gate, base: str, head: str, status: int, words: str
) -> None:
    _, errors = gate.compare(base, head, status=status)
    assert words in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--calibration", "the calibration damaged is damaged (JSONDecodeError: "),
        ("--series", "line 1 of the series damaged is damaged (JSONDecodeError: "),
    ],
)
def test_a_damaged_file_ends_it_before_anything_is_measured(
    gate: Gate, option: str, words: str
) -> None:
    (gate.folder / "damaged").write_text("{\n")
    _, errors = gate.compare("touch x; echo 1 ns", "echo 1 ns", option, "damaged", status=4)
    assert words in errors
    assert errors.count("\n") == 1
    assert not (gate.folder / "x").exists()


def test_a_series_gets_a_line_of_each_gate(gate: Gate) -> None:
    path = gate.folder / "new" / "series.jsonl"
    for number, head in enumerate(("echo 100 ns", "echo 110 ns"), 1):
        status = number - 1
        _, errors = gate.compare("echo 100 ns", head, "--series", str(path), status=status)
        assert f"gate: series: {path}, {number} gates\n" in errors
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [entry["verdict"] for entry in told] == ["PASS", "FAIL"]
    assert [entry["effects"] for entry in told] == [{"value": 0.0}, {"value": pytest.approx(0.1)}]


def test_a_change_in_a_series_is_told_and_decides_nothing(gate: Gate) -> None:
    path = gate.folder / "series.jsonl"
    words = ("--series", str(path))
    gate.compare("echo 100 ns", "echo 100 ns", *words, status=0)
    (line,) = path.read_text().splitlines()
    path.write_text(f"{line}\n" * 12 + f"{line.replace('0.0}', '0.01}')}\n" * 11)
    _, errors = gate.compare("echo 100 ns", "echo 101 ns", *words, status=0)
    assert "gate: series: value changed with echo 100 ns: +0.0% before (12 gates), +1.0% " in errors


def test_one_cpu_is_too_few(gate: Gate) -> None:
    only = {min(os.sched_getaffinity(0))}
    words = ("--base-cmd", "echo 1 ns", "--head-cmd", "echo 1 ns")
    _, errors = gate.run(*words, status=4, preexec_fn=lambda: os.sched_setaffinity(0, only))
    assert errors == "gate: this process may use 1 CPU; a gate needs 2\n"


def limited_files() -> None:
    """As a full disk does, this lets no byte of a file be written."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def a_file_as_folder(gate: Gate) -> None:
    (gate.folder / "out").write_text("a file")


@pytest.mark.parametrize(
    ("prepare", "preexec"), [(lambda _: None, limited_files), (a_file_as_folder, None)]
)
def test_results_that_cannot_be_written_are_named(
    gate: Gate, prepare: Callable[[Gate], None], preexec: Callable[[], None] | None
) -> None:
    prepare(gate)
    words = ("--base-cmd", "echo 1 ns", "--head-cmd", "echo 1 ns")
    _, errors = gate.run(*words, status=4, preexec_fn=preexec)
    assert f"cannot write below {gate.folder / 'out'}: " in errors.splitlines()[-1]
    left = list(gate.folder.glob("out/*/*")) if (gate.folder / "out").is_dir() else []
    assert left == []


def test_a_standard_output_that_takes_nothing_is_named(gate: Gate) -> None:
    words = ("--base-cmd", "echo 1 ns", "--head-cmd", "echo 1 ns")
    with open("/dev/full", "w") as full:
        _, errors = gate.run(*words, status=4, stdout=full)
    assert "cannot write to standard output: No space left on device" in errors
